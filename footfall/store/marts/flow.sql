-- Visitors whom another registered portal led here, by that portal: of several the first that day, so one cell a visitor. The referrer's host
-- tells; on the other portal the same browser is another visitor, and nothing joins the two.
SELECT site, origin, count() AS visitors
FROM
(
    SELECT site, visitor, argMinIf(led, (start, number), led != '') AS origin
    FROM
    (
        SELECT
            site, day, visitor, start, number,
            transform(splitByChar('/', toString(referrer))[1], {hosts:Array(String)}, {names:Array(String)}, '') AS name,
            if(name = transform(site, {ids:Array(UInt32)}, {own:Array(String)}, ''), '', name) AS led
        FROM visits FINAL
        WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64}
    )
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
WHERE origin != ''
GROUP BY site, origin
