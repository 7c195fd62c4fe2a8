-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["time:week"], "include": {"comparisons": {"mode": "previous_period"}}}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- visits
SELECT roundDown(toUnixTimestamp(end), {p7:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = [1773010800]

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-02-22"
--   {last} = "2026-03-09"

-- visits
SELECT roundDown(toUnixTimestamp(end), {p7:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-23"
--   {p2} = "2026-03-09"
--   {p3} = "2026-03-04"
--   {p4} = "2026-03-06"
--   {p5} = 1773010800000
--   {p6} = 1772406000000
--   {p7} = [1772406000]

-- rows
-- ['2026-03-09', 2] beside ['2026-03-02', 1]
