-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "events", "conversion_rate"], "dimensions": ["event:goal"]}

-- events
SELECT arrayJoin(arrayConcat(if((name = {p7:String} AND props[{p5:String}] = {p6:String}), [0], []), if((match(path, {p8:String}) AND name = 'pageview'), [1], []), if((path = {p9:String} AND name = 'engagement' AND scroll_depth BETWEEN {p10:UInt8} AND 100), [2], []), emptyArrayUInt8())) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events, length(groupUniqArrayIf(100)(visitor, visitor != 0 AND name != 'engagement')) AS actors
FROM (
    SELECT * FROM events WHERE site = {p11:UInt32} AND day BETWEEN {p12:Date} AND {p13:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p12:Date} AND {p13:Date}
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = "plan"
--   {p6} = "big"
--   {p7} = "Signup"
--   {p8} = "^/blog/.*$"
--   {p9} = "/long"
--   {p10} = 50
--   {p11} = 1
--   {p12} = "2026-03-11"
--   {p13} = "2026-03-13"

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-07"
--   {last} = "2026-03-16"

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
    SELECT * FROM events WHERE site = {p5:UInt32} AND day BETWEEN {p6:Date} AND {p7:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p6:Date} AND {p7:Date}
)
WHERE name != 'engagement'
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = 1
--   {p6} = "2026-03-11"
--   {p7} = "2026-03-13"

-- rows
-- ['Signup', 1, 1, 50.0]
-- ['Visit /blog/**', 1, 1, 50.0]
-- ['Read half', 1, None, 50.0]
