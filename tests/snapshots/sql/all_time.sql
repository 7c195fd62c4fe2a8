-- {"site_id": "portal.example", "date_range": "all", "metrics": ["visitors"], "dimensions": ["time"]}

-- first event
SELECT toUnixTimestamp64Milli(min(time)) FROM events WHERE site = {p0:UInt32}
--   {p0} = 1

-- visits
SELECT roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries, sum(duration_s) AS seconds, sum(pageviews) AS views
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-02-25"
--   {p2} = "2026-04-01"
--   {p3} = 1774994400000
--   {p4} = 1772578800000
--   {p5} = [1772578800, 1772665200, 1772751600, 1772838000, 1772924400, 1773010800, 1773097200, 1773183600, … (28 values)

-- rows
-- ['2026-03-04', 1]
-- ['2026-03-10', 1]
-- ['2026-03-11', 1]
