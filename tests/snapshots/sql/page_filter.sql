-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["bounce_rate", "visit_duration", "scroll_depth"], "filters": [["contains", "event:page", ["/blog"]]]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- events
SELECT uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND ((multiSearchAny(path, {p7:Array(String)})))
  AND name != 'engagement'
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = ["/blog"]

-- visits
SELECT uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce AND ((multiSearchAny(entry_page, {p15:Array(String)})))) AS bounces, countIf(((multiSearchAny(entry_page, {p15:Array(String)})))) AS entries, length(groupUniqArrayIf(100)(visitor, ((multiSearchAny(entry_page, {p15:Array(String)}))))) AS entered, sum(duration_s) AS seconds
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND visit IN (SELECT visit FROM events WHERE site = {p7:UInt32} AND day BETWEEN {p8:Date} AND {p9:Date} AND (day BETWEEN {p10:Date} AND {p11:Date} OR time >= fromUnixTimestamp64Milli({p12:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p13:Int64}, 'UTC')) AND visit != 0 AND ((multiSearchAny(path, {p14:Array(String)}))) AND name != 'engagement')
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
--   {p14} = ["/blog"]
--   {p15} = ["/blog"]

-- engagement
SELECT sumIf(deepest, scrolled) AS deepest_sum, countIf(scrolled) AS scrolled_visits, uniqExactIf(who, scrolled) AS scrollers, sum(engaged_ms) AS engaged_sum, countIf(engaged_ms > 0) AS engaged_visits, uniqExactIf(who, engaged_ms > 0) AS engaged
FROM (
SELECT any(visitor) AS who, maxIf(scroll_depth, scroll_depth <= 100) AS deepest, countIf(scroll_depth <= 100) > 0 AS scrolled, sum(engagement_ms) AS engaged_ms
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND name = 'engagement'
  AND visit != 0
  AND ((multiSearchAny(path, {p7:Array(String)}))) GROUP BY visit
)
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000
--   {p7} = ["/blog"]

-- rows
-- [0, 240, 60]
