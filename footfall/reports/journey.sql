-- Visitors by the page before and the page after this one. Each counts once, by the first time they saw it; a page loaded again is one.
SELECT flow.1 AS side, flow.2 AS page, count() AS visitors
FROM (
    SELECT who, arrayJoin(argMin([('before', before), ('after', after)], at)) AS flow
    FROM (
        SELECT any(visitor) AS who,
            arrayCompact(one -> one.2, arraySort(groupArray((seq, toString(path), time)))) AS views,
            arrayFirstIndex(one -> one.2 = $page AND one.3 >= $from AND one.3 < $to, views) AS place,
            views[place].3 AS at,
            if(place > 1, views[greatest(place, 2) - 1].2, '') AS before,
            if(place < length(views), views[place + 1].2, '') AS after
        FROM events
        WHERE $events
            AND name = 'pageview'
            AND visit IN (SELECT visit FROM events WHERE $seen)
        GROUP BY visit
        HAVING place > 0
    )
    GROUP BY who
)
GROUP BY side, page
