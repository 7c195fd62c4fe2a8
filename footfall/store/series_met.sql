-- Of some keys: in how many visits each two of them were met, and in thousandths what part of each is its busiest visitor's.
WITH cells AS
(
    SELECT visit, visitor, arrayFirstIndex((dimension, key) -> dimension = cell.1 AND key = cell.2, {dimensions:Array(String)}, {keys:Array(String)}) AS place
    FROM
    (
        SELECT visit, if(visitor BETWEEN 1 AND {last_id:UInt64}, visitor, 0) AS visitor, arrayJoin(CELLS) AS cell
        FROM events
        GLOBAL ANY LEFT JOIN TOPICS AS pages USING (site, path)
        WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} AND NAMES
            AND time >= fromUnixTimestamp({from_s:UInt32}) AND time < fromUnixTimestamp({to_s:UInt32})
    )
    WHERE place > 0
)
SELECT 'visits' AS kind, pair.1 AS one, pair.2 AS other, count() AS number
FROM
(
    SELECT arrayJoin(arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), arrayFilter(b -> b >= a, met)), met))) AS pair
    FROM (SELECT visit, groupUniqArray(place) AS met FROM cells WHERE visit != 0 GROUP BY visit)
)
GROUP BY one, other
UNION ALL
SELECT 'share' AS kind, place AS one, place AS other, toUInt64(1000 * max(seen) / sum(seen)) AS number
FROM (SELECT place, visitor, count() AS seen FROM cells WHERE visitor != 0 GROUP BY place, visitor)
GROUP BY place
