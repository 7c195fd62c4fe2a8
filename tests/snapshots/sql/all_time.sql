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
SELECT roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
    SELECT * FROM visits FINAL WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-25"
--   {p2} = "2026-04-01"
--   {p3} = 1774994400000
--   {p4} = 1772578800000
--   {p5} = [1772578800, 1772665200, 1772751600, 1772838000, 1772924400, 1773010800, 1773097200, 1773183600, … (28 values)
--   {p6} = 1
--   {p7} = "2026-03-06"
--   {p8} = "2026-03-29"

-- rows
-- ['2026-03-04', 1]
-- ['2026-03-10', 1]
-- ['2026-03-11', 1]
