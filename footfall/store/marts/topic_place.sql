-- Topics as in topic_hour.sql, with the region that a visitor's first visit came from.
SELECT site, topic, home AS region, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        argMin(toString(region), (time, seq)) AS home,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), groupUniqArrayArray(topics)), 1, {cells:UInt32})) AS topic
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
GROUP BY site, topic, region
