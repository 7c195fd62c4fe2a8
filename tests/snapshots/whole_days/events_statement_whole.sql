SELECT transform(day, {p6:Array(Date)}, {p5:Array(UInt32)}, toUInt32(0)) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
PREWHERE (device IN {p3:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date}
  AND (path IN {p4:Array(String)})
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = 2026-03-27
--   {p2} = 2026-03-30
--   {p3} = ['a']
--   {p4} = ['/a']
--   {p5} = [1774566000, 1774652400, 1774738800, 1774821600]
--   {p6} = [datetime.date(2026, 3, 27), datetime.date(2026, 3, 28), datetime.date(2026, 3, 29), datetime.date(2026, 3, 30)]
