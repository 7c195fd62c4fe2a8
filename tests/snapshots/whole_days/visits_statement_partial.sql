SELECT roundDown(toUnixTimestamp(end), {p17:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
SELECT * FROM visits FINAL
PREWHERE (device IN {p16:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND day NOT IN {p3:Array(Date)}
UNION ALL
SELECT * FROM visits FINAL
PREWHERE (device IN {p16:Array(String)})
WHERE site = {p4:UInt32} AND day BETWEEN {p5:Date} AND {p6:Date} AND (start < fromUnixTimestamp64Milli({p7:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p8:Int64}, 'UTC')) AND day IN {p3:Array(Date)}
)
WHERE visit IN (SELECT visit FROM events WHERE site = {p9:UInt32} AND day BETWEEN {p10:Date} AND {p11:Date} AND (time >= fromUnixTimestamp64Milli({p12:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p13:Int64}, 'UTC')) AND visit != 0 AND (path IN {p14:Array(String)}) AND name != 'engagement') GROUP BY d0
--   {p0} = 1
--   {p1} = 2026-03-27
--   {p2} = 2026-03-29
--   {p3} = [datetime.date(2026, 3, 30), datetime.date(2026, 3, 31)]
--   {p4} = 1
--   {p5} = 2026-03-20
--   {p6} = 2026-03-31
--   {p7} = 1774908000000
--   {p8} = 1774566000000
--   {p9} = 1
--   {p10} = 2026-03-26
--   {p11} = 2026-03-31
--   {p12} = 1774566000000
--   {p13} = 1774908000000
--   {p14} = ['/a']
--   {p15} = ['/a']
--   {p16} = ['a']
--   {p17} = [1774566000, 1774652400, 1774738800, 1774821600]
