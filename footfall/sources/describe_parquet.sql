DESCRIBE TABLE file({path:String}, 'Parquet')
