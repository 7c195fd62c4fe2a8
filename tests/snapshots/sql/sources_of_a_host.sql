-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["visit:source"], "filters": [["is", "event:hostname", ["portal.example"]]]}

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
  AND (hostname IN {p7:Array(String)})
  AND name != 'engagement'
  AND visit IN (SELECT visit FROM visits FINAL WHERE site = {p9:UInt32} AND day BETWEEN {p10:Date} AND {p11:Date} AND (day BETWEEN {p12:Date} AND {p13:Date} OR start < fromUnixTimestamp64Milli({p14:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p15:Int64}, 'UTC')) AND (entry_hostname IN {p8:Array(String)})) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = ["portal.example"]
--   {p8} = ["portal.example"]
--   {p9} = 1
--   {p10} = "2026-03-02"
--   {p11} = "2026-03-16"
--   {p12} = "2026-03-11"
--   {p13} = "2026-03-13"
--   {p14} = 1773615600000
--   {p15} = 1773010800000

-- events
SELECT toString(channel) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND (hostname IN {p7:Array(String)})
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = ["portal.example"]

-- rows
-- ['Direct / None', 1]
-- ['Google', 1]
