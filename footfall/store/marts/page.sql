-- Pages that a visitor saw, or did something on. Of each visitor at most so many cells: the first by a keyed hash, and neither the order of
-- rows nor the number of threads can tell which; so taking one visitor away takes his own cells away and moves no other.
-- Whose id began on the day before, and lived on over midnight, belongs to that day with all he did: nobody is on one day twice.
SELECT site, toString(page) AS path, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), groupUniqArray(path)), 1, {cells:UInt32})) AS page
    FROM events
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND name != 'engagement'
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, page
