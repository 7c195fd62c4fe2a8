-- How long a visitor's first visit was: the upper bound of its bin in seconds, inf for what is longer than all.
SELECT site, ifNull(toString(arrayFirstOrNull(bound -> seconds <= bound, {bounds:Array(UInt32)})), 'inf') AS bin, count() AS visitors
FROM
(
    SELECT site, visitor, argMin(duration_s, (start, number)) AS seconds
    FROM visits FINAL
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64}
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, bin
