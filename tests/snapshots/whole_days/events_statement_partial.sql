SELECT bucket AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
SELECT *, transform(day, {p11:Array(Date)}, {p10:Array(UInt32)}, toUInt32(0)) AS bucket FROM events
PREWHERE (device IN {p8:Array(String)})
WHERE site = {p0:UInt32} AND day IN {p1:Array(Date)}
  AND (path IN {p9:Array(String)})
  AND name != 'engagement'
UNION ALL
SELECT *, roundDown(toUnixTimestamp(time), {p12:Array(UInt32)}) AS bucket FROM events
PREWHERE (device IN {p8:Array(String)})
WHERE site = {p2:UInt32} AND day BETWEEN {p3:Date} AND {p4:Date} AND (time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) AND day IN {p7:Array(Date)}
  AND (path IN {p9:Array(String)})
  AND name != 'engagement'
) GROUP BY d0
--   {p0} = 1
--   {p1} = [datetime.date(2026, 3, 27), datetime.date(2026, 3, 28), datetime.date(2026, 3, 30)]
--   {p2} = 1
--   {p3} = 2026-03-26
--   {p4} = 2026-03-31
--   {p5} = 1774566000000
--   {p6} = 1774908000000
--   {p7} = [datetime.date(2026, 3, 29), datetime.date(2026, 3, 31)]
--   {p8} = ['a']
--   {p9} = ['/a']
--   {p10} = [1774566000, 1774652400, 1774821600]
--   {p11} = [datetime.date(2026, 3, 27), datetime.date(2026, 3, 28), datetime.date(2026, 3, 30)]
--   {p12} = [1774566000, 1774652400, 1774738800, 1774821600]
