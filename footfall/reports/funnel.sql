-- Visitors by the steps they took. Within a visit the events take the steps in order; an event takes one step at most.
SELECT deepest, count() AS visitors
FROM (
    SELECT who, max(depth) AS deepest
    FROM (
        SELECT any(visitor) AS who,
            arrayFold(
                (depth, may) -> if(bitTest(may, depth), depth + 1, depth)::UInt8,
                arrayMap(one -> one.2, arraySort(groupArray((seq, may)))),
                0::UInt8
            ) AS depth
        FROM (
            SELECT visit, visitor, seq, $may AS may
            FROM events
            WHERE $events
        )
        WHERE may != 0
        GROUP BY visit
    )
    GROUP BY who
)
WHERE deepest > 0
GROUP BY deepest
