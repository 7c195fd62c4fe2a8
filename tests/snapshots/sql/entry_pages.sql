-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "visit_duration"], "dimensions": ["visit:entry_page"], "filters": [["is_not", "visit:device", ["(not set)"]]]}

-- visits
SELECT toString(entry_page) AS d0, uniqExact(visitor) AS visitors, count() AS visits, sum(duration_s) AS seconds
FROM (
    SELECT * FROM visits FINAL PREWHERE NOT (device = '' OR device IN {p5:Array(String)}) WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM visits FINAL PREWHERE NOT (device = '' OR device IN {p5:Array(String)}) WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = ["(not set)"]
--   {p6} = 1
--   {p7} = "2026-03-11"
--   {p8} = "2026-03-13"

-- rows
-- ['/', 1, 240]
-- ['/long', 1, 1500]
