-- Pages of each visit of a portal between two days, in the order they were seen; visits of one page say nothing and are left out. The latest
-- so many, and so many of one visitor's day, the oldest of them first. No visit is told by anything but its pages.
SELECT paths
FROM
(
    SELECT arrayMap(seen -> seen.2, arraySort(groupArray((seq, toString(path))))) AS paths, min(time) AS began
    FROM events
    WHERE site = {site:UInt32} AND day BETWEEN {first:Date} AND {last:Date} AND visit != 0 AND name = 'pageview'
    GROUP BY day, visitor, visit
    HAVING uniqExact(path) > 1
    ORDER BY began DESC
    LIMIT {each:UInt32} BY day, visitor
    LIMIT {most:UInt32}
)
ORDER BY began
