-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "visit_duration"], "dimensions": ["visit:entry_page"], "filters": [["is_not", "visit:device", ["(not set)"]]]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- visits
SELECT toString(entry_page) AS d0, uniqExact(visitor) AS visitors, count() AS visits, sum(duration_s) AS seconds
FROM visits FINAL
PREWHERE NOT (device = '' OR device IN {p7:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = ["(not set)"]

-- visits
SELECT toString(entry_hostname) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
PREWHERE NOT (device = '' OR device IN {p7:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = ["(not set)"]

-- rows
-- ['/', 1, 240]
-- ['/long', 1, 1500]
