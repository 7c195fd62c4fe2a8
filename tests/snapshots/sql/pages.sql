-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "visits", "bounce_rate", "scroll_depth", "time_on_page"], "dimensions": ["event:page"]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- events
SELECT toString(path) AS d0, uniqExactIf(visitor, visitor != 0) AS visitors, uniqExactIf(visit, visit != 0) AS visits, countIf(name = 'pageview') AS pageviews, countIf(name != 'engagement') AS events
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND name != 'engagement' GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000

-- visits
SELECT toString(entry_page) AS d0, uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000

-- engagement
SELECT d0, sumIf(deepest, scrolled) AS deepest_sum, countIf(scrolled) AS scrolled_visits, uniqExactIf(who, scrolled) AS scrollers, sum(engaged_ms) AS engaged_sum, countIf(engaged_ms > 0) AS engaged_visits, uniqExactIf(who, engaged_ms > 0) AS engaged
FROM (
SELECT toString(path) AS d0, any(visitor) AS who, maxIf(scroll_depth, scroll_depth <= 100) AS deepest, countIf(scroll_depth <= 100) > 0 AS scrolled, sum(engagement_ms) AS engaged_ms
FROM events
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
  AND name = 'engagement'
  AND visit != 0 GROUP BY d0, visit
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-08"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773010800000
--   {p6} = 1773615600000

-- rows
-- ['/', 1, 1, 0, None, None]
-- ['/Blog/y', 1, 1, 0, None, None]
-- ['/blog/x', 1, 1, 0, 60, 42]
-- ['/long', 1, 1, 0, 70, 9]
