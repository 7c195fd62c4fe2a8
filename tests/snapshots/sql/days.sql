-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "pageviews"], "dimensions": ["time:day"], "include": {"time_labels": true}}

-- events
SELECT roundDown(toUnixTimestamp(time), {p5:Array(UInt32)}) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events, length(groupUniqArrayIf(100)(visitor, visitor != 0 AND name = 'pageview')) AS viewers
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = [1773010800, 1773097200, 1773183600, 1773270000, 1773356400, 1773442800, 1773529200]

-- rows
-- ['2026-03-10', 2, 3]
-- ['2026-03-11', 1, 1]
