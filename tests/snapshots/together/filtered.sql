-- [["is", "visit:device", ["a"]], ["is", "visit:country", ["b"]]]

SELECT indexOf([grouping(d0), grouping(d1), grouping(d2), grouping(d3), grouping(d4), grouping(d5), grouping(d6)], 0) AS place, roundDown(toUnixTimestamp(end), {p7:Array(UInt32)}) AS d0, toString(source) AS d1, toString(country) AS d2, toString(entry_page) AS d3, toString(device) AS d4, toString(channel) AS d5, toString(entry_hostname) AS d6, uniqExact(visitor) AS visitors, count() AS visits, countIf(is_bounce) AS bounces, count() AS entries, sum(duration_s) AS seconds
FROM visits FINAL
PREWHERE (device IN {p5:Array(String)}) AND (country IN {p6:Array(String)})
WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (start < fromUnixTimestamp64Milli({p3:Int64}, 'UTC') AND end >= fromUnixTimestamp64Milli({p4:Int64}, 'UTC')) GROUP BY GROUPING SETS ((d0), (d1), (d2), (d3), (d4), (d5), (d6), ())

