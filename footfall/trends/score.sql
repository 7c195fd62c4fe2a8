-- The 2/3-power score of every key in one hour: its median of the same hour in four weeks, times the drift of its days, times how busy the
-- portal is in that hour. The spread is that of the same hours and of those beside them, drawn to what all keys have. It is the quick look
-- at all keys; what stands out is looked at again (`discovery`). A row a key, the furthest up first; a key known in one week only is left out.
-- {compared} has the hour itself, then of four weeks the same hour, the one before, the one after; 0 where that was on a holiday.
WITH
    -- A place an hour and one group a key: groups by key and hour take twice the time. 0 is an hour without a row, else the count and one.
    found AS
    (
        SELECT site, dimension, key,
            argMaxResample(0, 13, 1)(toFloat64(value) + 1, version, indexOf({compared:Array(UInt32)}, toUnixTimestamp(bucket)) - 1) AS places
        FROM series
        -- TRICKY: `bucket IN` a list that has to be made first takes three times as long, for every row of the table.
        WHERE step = 'hour' AND site IN {sites:Array(UInt32)} AND day IN {days:Array(Date)}
            AND toUnixTimestamp(bucket) IN {compared:Array(UInt32)}
        GROUP BY site, dimension, key
    ),
    hours AS
    (
        SELECT site, dimension, key, greatest(places[1] - 1, 0) AS observed,
            arrayMap(first -> arrayMap(count -> count - 1, arrayFilter(count -> count > 0, arraySlice(places, first, 4))), [2, 6, 10]) AS parts,
            arrayMap(part -> ifNotFinite(arrayReduce('quantileExactInclusive(0.5)', part), 0), parts) AS middles
        FROM found
        WHERE length(parts[1]) >= 2
    ),
    drifts AS
    (
        SELECT site, dimension, key,
            sqrt(greatest(0.5, least(2, avgIf(value, day >= {day:Date} - 7) / avgIf(value, day < {day:Date} - 7)))) AS drift
        FROM series FINAL
        WHERE step = 'day' AND site IN {sites:Array(UInt32)} AND day IN {drifted:Array(Date)}
        GROUP BY site, dimension, key
    ),
    usual AS
    (
        SELECT site, dimension, key, observed, greatest(middles[1] * if(isFinite(drift) AND drift > 0, drift, 1), 0.5) AS alone,
            arraySum((part, middle) -> arraySum(count -> pow(count - middle, 2), part) / greatest(middle, 0.5), parts, middles) * 4 / 3
                AS strayed,
            length(arrayFlatten(parts)) AS known
        FROM hours LEFT JOIN drifts USING (site, dimension, key)
    ),
    -- Windows and no joins: what is named twice would be read twice.
    compared AS
    (
        SELECT *, countIf(alone > 20) OVER (PARTITION BY site) AS clear,
            quantileExactIf(0.5)(observed / alone, alone > 20) OVER (PARTITION BY site) AS middle_of_portal,
            if(clear >= 8, greatest(0.05, least(5, middle_of_portal)), 1) AS busy,
            quantileExact(0.5)(strayed / known) OVER () AS typical
        FROM usual
    )
SELECT site, toString(dimension), key, observed, alone * busy AS mu,
    greatest(1, (strayed + 8 * typical) / (known + 8)) + 0.005 * mu AS dispersion, busy,
    1.5 * (pow(cbrt(observed), 2) - pow(cbrt(mu), 2)) * cbrt(mu) / sqrt(dispersion * mu) AS z
FROM compared
WHERE abs(z) >= {least:Float64}
ORDER BY z DESC, site, dimension, key
