-- The 2/3-power score of every key in one hour: its median of the same hour in four weeks, times the drift of its days, times how busy the
-- portal is in that hour. The spread is that of the same hours and of those beside them, drawn to what all keys have. It is the quick look
-- at all keys; what stands out is looked at again (`discovery`). A row a key, the furthest up first; a key known in one week only is left out.
WITH
    hours AS
    (
        SELECT site, dimension, key,
            sumIf(count, second = {at:UInt32}) AS observed,
            groupArrayIf(count, second < {at:UInt32} AND beside = 1) AS same,
            groupArrayIf(count, second < {at:UInt32} AND beside = 2) AS early,
            groupArrayIf(count, second < {at:UInt32} AND beside = 0) AS late,
            quantileExactInclusiveIf(0.5)(count, second < {at:UInt32} AND beside = 1) AS middle,
            quantileExactInclusiveIf(0.5)(count, second < {at:UInt32} AND beside = 2) AS middle_early,
            quantileExactInclusiveIf(0.5)(count, second < {at:UInt32} AND beside = 0) AS middle_late
        FROM
        (
            SELECT site, dimension, key, toUnixTimestamp(bucket) AS second, toFloat64(argMax(value, version)) AS count,
                intDiv({at:UInt32} + 3600 - second, 3600) % 168 AS beside
            FROM series
            WHERE step = 'hour' AND site IN {sites:Array(UInt32)} AND day IN {days:Array(Date)}
                AND bucket IN arrayMap(second -> fromUnixTimestamp(second), {compared:Array(UInt32)})
            GROUP BY site, dimension, key, bucket
        )
        GROUP BY site, dimension, key
        HAVING length(same) >= 2
    ),
    drifts AS
    (
        SELECT site, dimension, key, sqrt(greatest(0.5, least(2, avgIf(count, lately) / avgIf(count, NOT lately)))) AS drift
        FROM
        (
            SELECT site, dimension, key, day >= {day:Date} - 7 AS lately, argMax(value, version) AS count
            FROM series
            WHERE step = 'day' AND site IN {sites:Array(UInt32)} AND day BETWEEN {day:Date} - 35 AND {day:Date} - 1
            GROUP BY site, dimension, key, day
        )
        GROUP BY site, dimension, key
    ),
    usual AS
    (
        SELECT site, dimension, key, observed, greatest(middle * if(isFinite(drift) AND drift > 0, drift, 1), 0.5) AS alone,
            (arraySum(count -> pow(count - middle, 2), same) / greatest(middle, 0.5)
                + arraySum(count -> pow(count - middle_early, 2), early) / greatest(middle_early, 0.5)
                + arraySum(count -> pow(count - middle_late, 2), late) / greatest(middle_late, 0.5)) * 4 / 3 AS strayed,
            length(same) + length(early) + length(late) AS known
        FROM hours LEFT JOIN drifts USING (site, dimension, key)
    ),
    portals AS
    (
        SELECT site, if(countIf(alone > 20) >= 8, greatest(0.05, least(5, quantileExactIf(0.5)(observed / alone, alone > 20))), 1) AS busy
        FROM usual GROUP BY site
    ),
    spread AS (SELECT quantileExact(0.5)(strayed / known) AS typical FROM usual)
SELECT site, toString(dimension), key, observed, alone * busy AS mu,
    greatest(1, (strayed + 8 * typical) / (known + 8)) + 0.005 * mu AS dispersion, busy,
    1.5 * (pow(cbrt(observed), 2) - pow(cbrt(mu), 2)) * cbrt(mu) / sqrt(dispersion * mu) AS z
FROM usual INNER JOIN portals USING (site) CROSS JOIN spread
WHERE abs(z) >= {least:Float64}
ORDER BY z DESC, site, dimension, key
