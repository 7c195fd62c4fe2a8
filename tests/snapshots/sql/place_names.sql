-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "dimensions": ["visit:city_name"], "filters": [["is", "visit:country_name", ["Germany", "Narnia"]]]}

-- visits
SELECT toString(city) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM (
    SELECT * FROM visits FINAL PREWHERE (has({p6:Array(String)}, toString(country)) OR country IN {p5:Array(String)}) WHERE site = {p7:UInt32} AND day BETWEEN {p8:Date} AND {p9:Date}
    UNION ALL SELECT * FROM visits FINAL PREWHERE (has({p6:Array(String)}, toString(country)) OR country IN {p5:Array(String)}) WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC') AND NOT day BETWEEN {p8:Date} AND {p9:Date}
) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-02"
--   {p2} = "2026-03-16"
--   {p3} = 1773615600000
--   {p4} = 1773010800000
--   {p5} = ["Germany", "Narnia"]
--   {p6} = ["DE"]
--   {p7} = 1
--   {p8} = "2026-03-11"
--   {p9} = "2026-03-13"

-- rows
-- ['Berlin', 1]
