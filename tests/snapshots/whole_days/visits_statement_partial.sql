SELECT roundDown(toUnixTimestamp(end), {p16:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
SELECT * FROM visits FINAL
PREWHERE (device IN {p15:Array(String)})
WHERE site = {p0:UInt32} AND day IN {p1:Array(Date)}
UNION ALL
SELECT * FROM visits FINAL
PREWHERE (device IN {p15:Array(String)})
WHERE site = {p2:UInt32} AND day BETWEEN {p3:Date} AND {p4:Date} AND (start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) AND day IN {p7:Array(Date)}
)
WHERE visit IN (SELECT visit FROM events WHERE site = {p8:UInt32} AND day BETWEEN {p9:Date} AND {p10:Date} AND (time >= fromUnixTimestamp64Milli({p11:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p12:Int64}, 'UTC')) AND visit != 0 AND (path IN {p13:Array(String)}) AND name != 'engagement') GROUP BY d0
--   {p0} = 1
--   {p1} = [datetime.date(2026, 3, 27), datetime.date(2026, 3, 28), datetime.date(2026, 3, 30)]
--   {p2} = 1
--   {p3} = 2026-03-20
--   {p4} = 2026-03-31
--   {p5} = 1774908000000
--   {p6} = 1774566000000
--   {p7} = [datetime.date(2026, 3, 29), datetime.date(2026, 3, 31)]
--   {p8} = 1
--   {p9} = 2026-03-26
--   {p10} = 2026-03-31
--   {p11} = 1774566000000
--   {p12} = 1774908000000
--   {p13} = ['/a']
--   {p14} = ['/a']
--   {p15} = ['a']
--   {p16} = [1774566000, 1774652400, 1774738800, 1774821600]
