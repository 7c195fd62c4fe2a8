SELECT roundDown(toUnixTimestamp(end), {p11:Array(UInt32)}) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
PREWHERE (device IN {p10:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date}
  AND visit IN (SELECT visit FROM events WHERE site = {p3:UInt32} AND day BETWEEN {p4:Date} AND {p5:Date} AND (time >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p7:Int64}, 'UTC')) AND visit != 0 AND (path IN {p8:Array(String)}) AND name != 'engagement') GROUP BY d0
--   {p0} = 1
--   {p1} = 2026-03-27
--   {p2} = 2026-03-30
--   {p3} = 1
--   {p4} = 2026-03-26
--   {p5} = 2026-03-31
--   {p6} = 1774566000000
--   {p7} = 1774908000000
--   {p8} = ['/a']
--   {p9} = ['/a']
--   {p10} = ['a']
--   {p11} = [1774566000, 1774652400, 1774738800, 1774821600]
