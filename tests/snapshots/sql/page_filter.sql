-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["bounce_rate", "visit_duration", "scroll_depth"], "filters": [["contains", "event:page", ["/blog"]]]}

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM (
    SELECT * FROM events WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
)
WHERE ((multiSearchAny(path, {p5:Array(String)})))
  AND name != 'engagement'
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = ["/blog"]
--   {p6} = 1
--   {p7} = "2026-03-11"
--   {p8} = "2026-03-13"

-- visits
SELECT uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce AND ((multiSearchAny(entry_page, {p11:Array(String)})))) AS bounces, countIf(((multiSearchAny(entry_page, {p11:Array(String)})))) AS entries, length(groupUniqArrayIf(100)(visitor, ((multiSearchAny(entry_page, {p11:Array(String)}))))) AS entered, sum(duration_s) AS seconds
FROM (
    SELECT * FROM visits FINAL WHERE site = {p12:UInt32} AND day BETWEEN {p13:Date} AND {p14:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p13:Date} AND {p14:Date}
)
WHERE visit IN (SELECT visit FROM events WHERE site = {p5:UInt32} AND day BETWEEN {p6:Date} AND {p7:Date} AND time >= fromUnixTimestamp64Milli({p8:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p9:Int64}, 'UTC') AND visit != 0 AND ((multiSearchAny(path, {p10:Array(String)}))) AND name != 'engagement')
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
--   {p10} = ["/blog"]
--   {p11} = ["/blog"]
--   {p12} = 1
--   {p13} = "2026-03-11"
--   {p14} = "2026-03-13"

-- engagement
SELECT sumIf(deepest, scrolled) AS deepest_sum, countIf(scrolled) AS scrolled_visits, uniqExactIf(who, scrolled) AS scrollers, sum(engaged_ms) AS engaged_sum, countIf(engaged_ms > 0) AS engaged_visits, uniqExactIf(who, engaged_ms > 0) AS engaged
FROM (
SELECT any(visitor) AS who, maxIf(scroll_depth, scroll_depth <= 100) AS deepest, countIf(scroll_depth <= 100) > 0 AS scrolled, sum(engagement_ms) AS engaged_ms
FROM (
    SELECT * FROM events WHERE site = {p6:UInt32} AND day BETWEEN {p7:Date} AND {p8:Date}
    UNION ALL SELECT * FROM events WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND time >= fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p7:Date} AND {p8:Date}
)
WHERE name = 'engagement'
  AND visit != 0
  AND ((multiSearchAny(path, {p5:Array(String)}))) GROUP BY visit
)
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = 1773010800000
--   {p4} = 1773615600000
--   {p5} = ["/blog"]
--   {p6} = 1
--   {p7} = "2026-03-11"
--   {p8} = "2026-03-13"

-- rows
-- [0, 240, 60]
