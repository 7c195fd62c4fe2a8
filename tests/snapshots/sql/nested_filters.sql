-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["pageviews"], "filters": [["or", [["matches", "event:page", ["^/b"], {"case_sensitive": false}], ["not", ["is", "visit:entry_page", ["/"]]]]]]}

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events, length(groupUniqArrayIf(100)(visitor, visitor != 0 AND name = 'pageview')) AS viewers
FROM (
    SELECT * FROM events WHERE site = {p12:UInt32} AND day BETWEEN {p13:Date} AND {p14:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p13:Date} AND {p14:Date}
)
WHERE ((((match(path, {p5:String})))) OR ((NOT ((visit IN (SELECT visit FROM visits FINAL WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date} AND start < fromUnixTimestamp64Milli({p9:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p10:Int64}, 'UTC') AND (entry_page IN {p11:Array(String)})))))))
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
--   {p12} = 1
--   {p13} = "2026-03-11"
--   {p14} = "2026-03-13"

-- rows
-- [3]
