-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visits"], "filters": [["has_done", ["is", "event:goal", ["Signup"]]], ["has_not_done", ["is", "event:page", ["/long"]]]]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- visits
SELECT uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND visit IN (SELECT visit FROM events WHERE site = {p7:UInt32} AND day BETWEEN {p8:Date} AND {p9:Date} AND (day BETWEEN {p10:Date} AND {p11:Date} OR time >= fromUnixTimestamp64Milli({p12:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p13:Int64}, 'UTC')) AND visit != 0 AND ((name = {p16:String} AND props[{p14:String}] = {p15:String})) AND name != 'engagement')
  AND (visit != 0 AND NOT (visit IN (SELECT visit FROM events WHERE site = {p17:UInt32} AND day BETWEEN {p18:Date} AND {p19:Date} AND (day BETWEEN {p20:Date} AND {p21:Date} OR time >= fromUnixTimestamp64Milli({p22:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p23:Int64}, 'UTC')) AND visit != 0 AND (path IN {p24:Array(String)}) AND name != 'engagement')))
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = 1
--   {p8} = "2026-03-08"
--   {p9} = "2026-03-16"
--   {p10} = "2026-03-11"
--   {p11} = "2026-03-13"
--   {p12} = 1773010800000
--   {p13} = 1773615600000
--   {p14} = "plan"
--   {p15} = "big"
--   {p16} = "Signup"
--   {p17} = 1
--   {p18} = "2026-03-08"
--   {p19} = "2026-03-16"
--   {p20} = "2026-03-11"
--   {p21} = "2026-03-13"
--   {p22} = 1773010800000
--   {p23} = 1773615600000
--   {p24} = ["/long"]

-- rows
-- [1]
