-- What a visitor looked for with the portal's own search, in lower case; of each visitor at most so many terms, chosen as in page.sql.
SELECT site, found AS term, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        groupUniqArrayIf(substringUTF8(lowerUTF8(trimBoth(props['search_query'])), 1, 100), trimBoth(props['search_query']) != '') AS terms,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), terms), 1, {cells:UInt32})) AS found
    FROM events
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND name != 'engagement'
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, found
