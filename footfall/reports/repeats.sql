-- Visitors of days by how often they came that day, and which of them agreed to be recognised.
SELECT least(visits, 3) AS times, agreed, count() AS visitors
FROM (
    SELECT day, visitor, uniqExactIf(visit, name != 'engagement') AS visits, max(name = 'Returning') AS agreed
    FROM events
    WHERE site = {site:UInt32} AND day BETWEEN {first:Date} AND {last:Date} AND visitor != 0 AND visit != 0
    GROUP BY day, visitor
)
WHERE visits > 0
GROUP BY times, agreed
