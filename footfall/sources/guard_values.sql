-- One part of a column's different values that could identify, with their rows and the first of them.
SELECT value, count() AS rows, min(row) AS first
FROM (SELECT $expression AS value, $row AS row FROM $piece)
WHERE $condition AND cityHash64(value) % {parts:UInt64} = {part:UInt64}
GROUP BY value
