-- Pairs of pages that a visitor saw on one day; of each visitor at most so many, chosen as in page.sql among the pairs of ten of his pages.
SELECT site, pair.1 AS path, pair.2 AS other, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        arraySort(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), groupUniqArray(toString(path))), 1, 10)) AS pages,
        arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), arrayFilter(b -> b > a, pages)), pages)) AS pairs,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), pairs), 1, {cells:UInt32})) AS pair
    FROM events
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND name = 'pageview'
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, pair
