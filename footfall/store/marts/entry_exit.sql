-- First and last pages of a visitor's visits, of all of them at most so many cells, chosen as in page.sql.
SELECT site, end.1 AS side, end.2 AS path, count() AS visitors
FROM
(
    SELECT
        site, visitor,
        groupUniqArrayArray([('entry', toString(entry_page)), ('exit', toString(exit_page))]) AS ends,
        arrayJoin(arraySlice(arraySort(x -> sipHash64({nonce:UInt64}, visitor, x), ends), 1, {cells:UInt32})) AS end
    FROM visits FINAL
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND pageviews > 0
    GROUP BY site, visitor
    HAVING min(day) BETWEEN {first:Date} AND {last:Date}
)
GROUP BY site, end
