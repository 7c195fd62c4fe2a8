-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["events", "percentage"], "dimensions": ["event:props:plan"], "filters": [["is_not", "event:props:plan", ["(none)"]]]}

-- events
SELECT props[{p6:String}] AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
    SELECT * FROM events WHERE site = {p7:UInt32} AND day BETWEEN {p8:Date} AND {p9:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p8:Date} AND {p9:Date}
)
WHERE NOT (0 OR NOT (props[{p5:String}] != ''))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = "plan"
--   {p6} = "plan"
--   {p7} = 1
--   {p8} = "2026-03-11"
--   {p9} = "2026-03-13"

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
    SELECT * FROM events WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
)
WHERE NOT (0 OR NOT (props[{p5:String}] != ''))
  AND name != 'engagement'
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = "plan"
--   {p6} = 1
--   {p7} = "2026-03-11"
--   {p8} = "2026-03-13"

-- rows
-- ['big', 1, 100.0]
