SELECT /* columns */ FROM file({path:String}, 'Parquet') LIMIT 5000
