-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visits"], "filters": [["has_done", ["is", "event:goal", ["Signup"]]], ["has_not_done", ["is", "event:page", ["/long"]]]]}

-- visits
SELECT uniqExact(visitor) AS visitors, count() AS visits
FROM (
    SELECT * FROM visits FINAL WHERE site = {p19:UInt32} AND day BETWEEN {p20:Date} AND {p21:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p20:Date} AND {p21:Date}
)
WHERE visit IN (SELECT visit FROM events WHERE site = {p5:UInt32} AND day BETWEEN {p6:Date} AND {p7:Date} AND time >= fromUnixTimestamp64Milli({p8:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p9:Int64}, 'UTC') AND visit != 0 AND ((name = {p12:String} AND props[{p10:String}] = {p11:String})) AND name != 'engagement')
  AND (visit != 0 AND NOT (visit IN (SELECT visit FROM events WHERE site = {p13:UInt32} AND day BETWEEN {p14:Date} AND {p15:Date} AND time >= fromUnixTimestamp64Milli({p16:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p17:Int64}, 'UTC') AND visit != 0 AND (path IN {p18:Array(String)}) AND name != 'engagement')))
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = 1
--   {p6} = "2026-03-08"
--   {p7} = "2026-03-16"
--   {p8} = 1773010800000
--   {p9} = 1773615600000
--   {p10} = "plan"
--   {p11} = "big"
--   {p12} = "Signup"
--   {p13} = 1
--   {p14} = "2026-03-08"
--   {p15} = "2026-03-16"
--   {p16} = 1773010800000
--   {p17} = 1773615600000
--   {p18} = ["/long"]
--   {p19} = 1
--   {p20} = "2026-03-11"
--   {p21} = "2026-03-13"

-- rows
-- [1]
