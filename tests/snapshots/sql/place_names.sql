-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["visit:city_name"], "filters": [["is", "visit:country_name", ["Germany", "Narnia"]]]}

-- service days
SELECT site, day, sum(rows), max(build) FROM service_days
WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {first:Date} AND {last:Date} GROUP BY site, day
--   {sites} = [1]
--   {first} = "2026-03-01"
--   {last} = "2026-03-16"

-- visits
SELECT toString(city) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
PREWHERE (has({p8:Array(String)}, toString(country)) OR country IN {p7:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = ["Germany", "Narnia"]
--   {p8} = ["DE"]

-- visits
SELECT toString(region) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
PREWHERE (has({p8:Array(String)}, toString(country)) OR country IN {p7:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = ["Germany", "Narnia"]
--   {p8} = ["DE"]

-- visits
SELECT toString(country) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
PREWHERE (has({p8:Array(String)}, toString(country)) OR country IN {p7:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = ["Germany", "Narnia"]
--   {p8} = ["DE"]

-- visits
SELECT toString(country) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
PREWHERE (has({p8:Array(String)}, toString(country)) OR country IN {p7:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR start < fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = "2026-03-11"
--   {p4} = "2026-03-13"
--   {p5} = 1773615600000
--   {p6} = 1773010800000
--   {p7} = ["Germany", "Narnia"]
--   {p8} = ["DE"]

-- rows
-- ['Berlin', 1]
