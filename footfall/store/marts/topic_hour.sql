-- Topics of the pages that a visitor saw, or did something on, each with the hour, by the portal's clock, of the first of them; of each visitor
-- at most so many, chosen as in page.sql. A page has several topics or none; a topic has a visitor once a day.
SELECT
    site, cell.1 AS topic, leftPad(toString(toHour(toDateTime(cell.2, 'UTC'), {timezone:String})), 2, '0') AS hour, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        minMap(topics, arrayMap(topic -> toUnixTimestamp(time), topics)) AS firsts,
        arraySort(x -> sipHash64({nonce:UInt64}, visitor, x.1), arrayZip(firsts.1, firsts.2)) AS seen,
        arrayJoin(arraySlice(seen, 1, {cells:UInt32})) AS cell
    FROM events
    GLOBAL ANY LEFT JOIN
    (
        SELECT site, path, groupUniqArray(topic) AS topics FROM item_topics
        WHERE version = {version:UInt64} AND site IN {sites:Array(UInt32)} GROUP BY site, path
    ) AS pages USING (site, path)
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND name != 'engagement'
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, topic, hour
