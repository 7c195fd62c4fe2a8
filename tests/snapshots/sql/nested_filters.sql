-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["pageviews"], "filters": [["or", [["matches", "event:page", ["^/b"], {"case_sensitive": false}], ["not", ["is", "visit:entry_page", ["/"]]]]]]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events, length(groupUniqArrayIf(100)(visitor, visitor != 0 AND name = 'pageview')) AS viewers
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND ((((match(path, {p7:String})))) OR ((NOT ((visit IN (SELECT visit FROM visits FINAL WHERE site = {p8:UInt32} AND day BETWEEN {p9:Date} AND {p10:Date} AND (day BETWEEN {p11:Date} AND {p12:Date} OR start < fromUnixTimestamp64Milli({p13:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p14:Int64}, 'UTC')) AND (entry_page IN {p15:Array(String)})))))))
  AND name != 'engagement'
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = "(?i)^/b"
--   {p8} = 1
--   {p9} = "2026-03-02"
--   {p10} = "2026-03-16"
--   {p11} = "2026-03-11"
--   {p12} = "2026-03-13"
--   {p13} = 1773615600000
--   {p14} = 1773010800000
--   {p15} = ["/"]

-- rows
-- [3]
