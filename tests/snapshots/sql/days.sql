-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "pageviews"], "dimensions": ["time:day"], "include": {"time_labels": true}}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- events
SELECT roundDown(toUnixTimestamp(time), {p7:Array(UInt32)}) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events, length(groupUniqArrayIf(100)(visitor, visitor != 0 AND name = 'pageview')) AS viewers
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = [1773010800, 1773097200, 1773183600, 1773270000, 1773356400, 1773442800, 1773529200]

-- rows
-- ['2026-03-10', 2, 3]
-- ['2026-03-11', 1, 1]
