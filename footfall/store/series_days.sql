-- Keys by service day, those that a cohort met on it.
SELECT site, day, cell.1 AS dimension, cell.2 AS key, toUnixTimestamp(toDateTime(day, 'UTC')) AS bucket, count() AS value, uniqExactIf(visitor, is_told) AS visitors
FROM
(
    SELECT site, day, visitor, visitor BETWEEN 1 AND {last_id:UInt64} AS is_told, arrayJoin(CELLS) AS cell
    FROM events
    GLOBAL ANY LEFT JOIN TOPICS AS pages USING (site, path)
    WHERE site IN {sites:Array(UInt32)} AND day = {day:Date} AND NAMES
)
GROUP BY site, day, dimension, key
HAVING visitors >= 10
