-- Where a visitor's first visit came from, and on what kind of device: one cell a visitor.
SELECT site, origin.1 AS country, origin.2 AS region, origin.3 AS device, count() AS visitors
FROM
(
    SELECT site, visitor, argMin((toString(country), toString(region), toString(device)), (start, number)) AS origin
    FROM visits FINAL
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64}
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, origin
