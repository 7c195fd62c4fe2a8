-- {"site_id": "portal.example", "date_range": "all", "metrics": ["visitors"], "dimensions": ["time"]}

-- first event
SELECT toUnixTimestamp64Milli(min(time)) FROM events WHERE site = {p0:UInt32}
--   {p0} = 1

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-02-24"
--   {last} = "2026-04-01"

-- visits
SELECT roundDown(toUnixTimestamp(end), {p7:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-25"
--   {p2} = "2026-04-01"
--   {p3} = "2026-03-06"
--   {p4} = "2026-03-29"
--   {p5} = 1774994400000
--   {p6} = 1772578800000
--   {p7} = [1772578800, 1772665200, 1772751600, 1772838000, 1772924400, 1773010800, 1773097200, 1773183600, … (28 values)

-- visits
SELECT roundDown(toUnixTimestamp(end), {p7:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-25"
--   {p2} = "2026-04-01"
--   {p3} = "2026-03-06"
--   {p4} = "2026-03-29"
--   {p5} = 1774994400000
--   {p6} = 1772578800000
--   {p7} = [1772578800, 1773010800, 1773615600, 1774220400, 1774821600]

-- rows
-- ['2026-03-04', 1]
-- ['2026-03-10', 1]
-- ['2026-03-11', 1]
-- ['2026-03-20', 1]
