-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["time:week"], "include": {"comparisons": {"mode": "previous_period"}}}

-- visits
SELECT roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries, sum(duration_s) AS seconds, sum(pageviews) AS views
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = [1773010800]

-- visits
SELECT roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries, sum(duration_s) AS seconds, sum(pageviews) AS views
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-23"
--   {p2} = "2026-03-09"
--   {p3} = 1773010800000
--   {p4} = 1772406000000
--   {p5} = [1772406000]

-- rows
-- ['2026-03-09', 2] beside ['2026-03-02', 1]
