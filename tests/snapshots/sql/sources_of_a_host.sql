-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["visit:source"], "filters": [["is", "event:hostname", ["portal.example"]]]}

-- events
SELECT toString(source) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
  AND (has({p5:Array(String)}, toString(hostname)))
  AND name != 'engagement'
  AND visit IN (SELECT visit FROM visits FINAL WHERE site = {p7:UInt32} AND day BETWEEN {p8:Date} AND {p9:Date} AND start < fromUnixTimestamp64Milli({p10:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p11:Int64}, 'UTC') AND (has({p6:Array(String)}, toString(entry_hostname)))) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = ["portal.example"]
--   {p6} = ["portal.example"]
--   {p7} = 1
--   {p8} = "2026-03-02"
--   {p9} = "2026-03-16"
--   {p10} = 1773615600000
--   {p11} = 1773010800000

-- rows
-- ['Direct / None', 1]
-- ['Google', 1]
