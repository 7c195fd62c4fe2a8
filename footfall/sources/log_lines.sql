(SELECT extractGroups(line, {piece_pattern:String}) AS piece_parts, _row_number + 1 AS piece_row
FROM file({piece_path:String}, 'LineAsString', 'line String', {piece_compression:String})
WHERE NOT startsWith(line, '#'))
