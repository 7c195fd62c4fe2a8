-- {"site_id": "portal.example", "date_range": ["2026-03-10", "2026-03-10"], "metrics": ["visitors"], "dimensions": ["time:hour"]}

-- visits
SELECT arrayJoin(if(roundDown(toUnixTimestamp(start), {p5:Array(UInt32)}) = roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}), [roundDown(toUnixTimestamp(start), {p5:Array(UInt32)})], arrayFilter(at -> at BETWEEN roundDown(toUnixTimestamp(start), {p5:Array(UInt32)}) AND roundDown(toUnixTimestamp(end), {p5:Array(UInt32)}), {p5:Array(UInt32)}))) AS d0, uniqExact(visitor) AS visitors, count() AS visits
FROM visits FINAL
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC')) GROUP BY d0
--   {p0} = 1
--   {p1} = "2026-03-03"
--   {p2} = "2026-03-11"
--   {p3} = 1773183600000
--   {p4} = 1773097200000
--   {p5} = [1773097200, 1773100800, 1773104400, 1773108000, 1773111600, 1773115200, 1773118800, 1773122400, … (24 values)

-- rows
-- ['2026-03-10 10:00:00', 1]
-- ['2026-03-10 23:00:00', 1]
