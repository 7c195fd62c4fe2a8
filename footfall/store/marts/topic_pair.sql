-- Pairs of topics that a visitor met on one day, by the main topic of each page, so that a pair is never one page's; of each visitor at most
-- so many, chosen as in page.sql.
SELECT site, pair.1 AS topic, pair.2 AS other, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        arraySort(groupUniqArrayIf(main, main != '')) AS met,
        arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), arrayFilter(b -> b > a, met)), met)) AS pairs,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), pairs), 1, {cells:UInt32})) AS pair
    FROM events
    GLOBAL ANY LEFT JOIN
    (
        SELECT site, path, argMax(topic, (score, topic)) AS main FROM item_topics
        WHERE version = {version:UInt64} AND site IN {sites:Array(UInt32)} GROUP BY site, path
    ) AS pages USING (site, path)
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND name != 'engagement'
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, pair
