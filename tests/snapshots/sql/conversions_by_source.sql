-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "group_conversion_rate"], "dimensions": ["visit:source"], "filters": [["is", "event:goal", ["Signup"]]]}

-- events
SELECT toString(source) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
  AND ((name = {p7:String} AND props[{p5:String}] = {p6:String}))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = "plan"
--   {p6} = "big"
--   {p7} = "Signup"

-- events
SELECT toString(source) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000

-- rows
-- ['Google', 1, 100.0]
