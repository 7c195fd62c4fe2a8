-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["visit:source"], "filters": [["is", "event:hostname", ["portal.example"]]]}

-- events
SELECT toString(source) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
    SELECT * FROM events WHERE site = {p12:UInt32} AND day BETWEEN {p13:Date} AND {p14:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p13:Date} AND {p14:Date}
)
WHERE (hostname IN {p5:Array(String)})
  AND name != 'engagement'
  AND visit IN (SELECT visit FROM visits FINAL WHERE site = {p7:UInt32} AND day BETWEEN {p8:Date} AND {p9:Date} AND start < fromUnixTimestamp64Milli({p10:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p11:Int64}, 'UTC') AND (entry_hostname IN {p6:Array(String)})) GROUP BY d0
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
--   {p12} = 1
--   {p13} = "2026-03-11"
--   {p14} = "2026-03-13"

-- rows
-- ['Direct / None', 1]
-- ['Google', 1]
