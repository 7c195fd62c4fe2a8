SELECT bucket AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
SELECT *, transform(day, {p12:Array(Date)}, {p11:Array(UInt32)}, toUInt32(0)) AS bucket FROM events
PREWHERE (device IN {p9:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND day NOT IN {p3:Array(Date)}
  AND (path IN {p10:Array(String)})
  AND name != 'engagement'
UNION ALL
SELECT *, roundDown(toUnixTimestamp(time), {p13:Array(UInt32)}) AS bucket FROM events
PREWHERE (device IN {p9:Array(String)})
WHERE site = {p4:UInt32} AND day BETWEEN {p5:Date} AND {p6:Date} AND (time >= fromUnixTimestamp64Milli({p7:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p8:Int64}, 'UTC')) AND day IN {p3:Array(Date)}
  AND (path IN {p10:Array(String)})
  AND name != 'engagement'
) GROUP BY d0
--   {p0} = 1
--   {p1} = 2026-03-27
--   {p2} = 2026-03-29
--   {p3} = [datetime.date(2026, 3, 30), datetime.date(2026, 3, 31)]
--   {p4} = 1
--   {p5} = 2026-03-26
--   {p6} = 2026-03-31
--   {p7} = 1774566000000
--   {p8} = 1774908000000
--   {p9} = ['a']
--   {p10} = ['/a']
--   {p11} = [1774566000, 1774652400, 1774738800]
--   {p12} = [datetime.date(2026, 3, 27), datetime.date(2026, 3, 28), datetime.date(2026, 3, 29)]
--   {p13} = [1774566000, 1774652400, 1774738800, 1774821600]
