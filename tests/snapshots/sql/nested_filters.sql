-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["pageviews"], "filters": [["or", [["matches", "event:page", ["^/b"], {"case_sensitive": false}], ["not", ["is", "visit:entry_page", ["/"]]]]]]}

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events, length(groupUniqArrayIf(100)(visitor, visitor != 0 AND name = 'pageview')) AS viewers
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC')
  AND ((((match(path, {p5:String})))) OR ((NOT ((visit IN (SELECT visit FROM visits FINAL WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date} AND start < fromUnixTimestamp64Milli({p9:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p10:Int64}, 'UTC') AND (has({p11:Array(String)}, toString(entry_page)))))))))
  AND name != 'engagement'
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = "(?i)^/b"
--   {p6} = 1
--   {p7} = "2026-03-02"
--   {p8} = "2026-03-16"
--   {p9} = 1773615600000
--   {p10} = 1773010800000
--   {p11} = ["/"]

-- rows
-- [3]
