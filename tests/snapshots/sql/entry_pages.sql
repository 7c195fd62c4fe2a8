-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "visit_duration"], "dimensions": ["visit:entry_page"], "filters": [["is_not", "visit:device", ["(not set)"]]]}

-- visits
SELECT toString(entry_page) AS d0, uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries, sum(duration_s) AS seconds, sum(pageviews) AS views
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
  AND NOT (device = '' OR has({p5:Array(String)}, toString(device))) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = ["(not set)"]

-- rows
-- ['/', 1, 240]
-- ['/long', 1, 1500]
