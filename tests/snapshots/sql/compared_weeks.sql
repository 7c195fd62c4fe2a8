-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["time:week"], "include": {"comparisons": {"mode": "previous_period"}}}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- visits
SELECT roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
    SELECT * FROM visits FINAL WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = [1773010800]
--   {p6} = 1
--   {p7} = "2026-03-11"
--   {p8} = "2026-03-13"

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-02-22"
--   {last} = "2026-03-09"

-- visits
SELECT roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
    SELECT * FROM visits FINAL WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-23"
--   {p2} = "2026-03-09"
--   {p3} = 1773010800000
--   {p4} = 1772406000000
--   {p5} = [1772406000]
--   {p6} = 1
--   {p7} = "2026-03-04"
--   {p8} = "2026-03-06"

-- rows
-- ['2026-03-09', 2] beside ['2026-03-02', 1]
