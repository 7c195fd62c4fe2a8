-- The hour by the portal's clock in which a visitor came first, 00 to 23; an hour that the clock shows twice is one.
SELECT site, leftPad(toString(toHour(began, {timezone:String})), 2, '0') AS hour, count() AS visitors
FROM
(
    SELECT site, visitor, min(start) AS began
    FROM visits FINAL
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64}
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, hour
