-- What led a visitor to the portal the first time that day: one cell a visitor.
SELECT site, origin.1 AS channel, origin.2 AS source, count() AS visitors
FROM
(
    SELECT site, visitor, argMin((toString(channel), toString(source)), (start, number)) AS origin
    FROM visits FINAL
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64}
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, origin
