-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["exit_rate"], "dimensions": ["visit:exit_page"], "filters": [["is", "visit:exit_page", ["/blog/x"]]]}

-- visits
SELECT toString(exit_page) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
    SELECT * FROM visits FINAL WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
)
WHERE (exit_page IN {p5:Array(String)}) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = ["/blog/x"]
--   {p6} = 1
--   {p7} = "2026-03-11"
--   {p8} = "2026-03-13"

-- exits
SELECT toString(path) AS d0, count() AS page_views
FROM (
    SELECT * FROM events WHERE site = {p5:UInt32} AND day BETWEEN {p6:Date} AND {p7:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p6:Date} AND {p7:Date}
)
WHERE name = 'pageview' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = 1
--   {p6} = "2026-03-11"
--   {p7} = "2026-03-13"

-- rows
-- ['/blog/x', 100.0]
