-- Keys by hour, from one instant to another, each with whether a cohort met it in the 24 hours up to the end of the hour.
SELECT site, toDate(toDateTime(bucket, 'UTC'), {timezone:String}) AS day, dimension, key, bucket, value, visitors
FROM
(
    SELECT
        site, dimension, key, bucket, value, visitors,
        uniqUpToMerge(10)(few) OVER (PARTITION BY site, dimension, key ORDER BY bucket RANGE BETWEEN 82800 PRECEDING AND CURRENT ROW) AS lately
    FROM
    (
        SELECT
            site, cell.1 AS dimension, cell.2 AS key, hour AS bucket, count() AS value,
            uniqExactIf((day, visitor), is_told) AS visitors, uniqUpToStateIf(10)(cityHash64(day, visitor), is_told) AS few
        FROM
        (
            SELECT site, day, visitor, visitor BETWEEN 1 AND {last_id:UInt64} AS is_told, toUnixTimestamp(toStartOfHour(time)) AS hour, arrayJoin(CELLS) AS cell
            FROM events
            GLOBAL ANY LEFT JOIN TOPICS AS pages USING (site, path)
            WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} AND NAMES
                AND time >= fromUnixTimestamp({from_s:UInt32} - 82800) AND time < fromUnixTimestamp({to_s:UInt32})
        )
        GROUP BY site, dimension, key, bucket
    )
)
WHERE lately >= 10 AND bucket >= {from_s:UInt32}
