-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors", "visits", "bounce_rate"]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- visits
SELECT uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries
FROM (
    SELECT * FROM visits FINAL WHERE site = {p5:UInt32} AND day BETWEEN {p6:Date} AND {p7:Date}
    UNION ALL SELECT * FROM visits FINAL WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p6:Date} AND {p7:Date}
)
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = 1
--   {p6} = "2026-03-11"
--   {p7} = "2026-03-13"

-- rows
-- [2, 2, 0]
