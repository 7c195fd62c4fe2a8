(SELECT *, _row_number AS piece_row
FROM file({piece_path:String}, 'CSV', {piece_structure:String}, {piece_compression:String})
WHERE _row_number > {piece_header:Int64})
