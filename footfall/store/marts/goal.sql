-- Goals that a visitor reached, by their number; of each visitor at most so many, chosen as in page.sql. GOALS are the portal's.
SELECT site, toString(reached) AS goal, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), groupUniqArrayArray(GOALS)), 1, {cells:UInt32})) AS reached
    FROM events
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64}
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, reached
