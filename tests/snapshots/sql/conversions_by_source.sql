-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "group_conversion_rate"], "dimensions": ["visit:source"], "filters": [["is", "event:goal", ["Signup"]]]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- events
SELECT toString(source) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND ((name = {p9:String} AND props[{p7:String}] = {p8:String}))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = "plan"
--   {p8} = "big"
--   {p9} = "Signup"

-- events
SELECT toString(source) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000

-- events
SELECT toString(channel) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND ((name = {p9:String} AND props[{p7:String}] = {p8:String}))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = "plan"
--   {p8} = "big"
--   {p9} = "Signup"

-- rows
-- ['Google', 1, 100.0]
