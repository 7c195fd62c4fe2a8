-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "filters": [["is", "visit:source", ["Google"]], ["contains", "event:page", ["/blog"]]]}

-- journey
-- Visitors by the page before and the page after this one. Each counts once, by the first time they saw it; a page loaded again is one.
SELECT flow.1 AS side, flow.2 AS page, count() AS visitors
FROM (
    SELECT who, arrayJoin(argMin([('before', before), ('after', after)], at)) AS flow
    FROM (
        SELECT any(visitor) AS who,
            arrayCompact(one -> one.2, arraySort(groupArray((seq, toString(path), time)))) AS views,
            arrayFirstIndex(one -> one.2 = {p0:String} AND one.3 >= fromUnixTimestamp64Milli({p8:Int64}, 'UTC') AND one.3 < fromUnixTimestamp64Milli({p9:Int64}, 'UTC'), views) AS place,
            views[place].3 AS at,
            if(place > 1, views[greatest(place, 2) - 1].2, '') AS before,
            if(place < length(views), views[place + 1].2, '') AS after
        FROM events
        WHERE site = {p10:UInt32} AND day BETWEEN {p11:Date} AND {p12:Date} AND (day BETWEEN {p13:Date} AND {p14:Date} OR time >= fromUnixTimestamp64Milli({p15:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p16:Int64}, 'UTC'))
    AND visit != 0
    AND (source IN {p17:Array(String)})
    AND visit IN (SELECT visit FROM events WHERE site = {p18:UInt32} AND day BETWEEN {p19:Date} AND {p20:Date} AND (day BETWEEN {p21:Date} AND {p22:Date} OR time >= fromUnixTimestamp64Milli({p23:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p24:Int64}, 'UTC')) AND visit != 0 AND ((multiSearchAny(path, {p25:Array(String)}))) AND name != 'engagement')
            AND name = 'pageview'
            AND visit IN (SELECT visit FROM events WHERE site = {p1:UInt32} AND day BETWEEN {p2:Date} AND {p3:Date} AND (day BETWEEN {p4:Date} AND {p5:Date} OR time >= fromUnixTimestamp64Milli({p6:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p7:Int64}, 'UTC')) AND path = {p0:String} AND name = 'pageview')
        GROUP BY visit
        HAVING place > 0
    )
    GROUP BY who
)
GROUP BY side, page

--   {p0} = "/blog/x"
--   {p1} = 1
--   {p2} = "2026-03-07"
--   {p3} = "2026-03-17"
--   {p4} = "2026-03-10"
--   {p5} = "2026-03-14"
--   {p6} = 1772924400000
--   {p7} = 1773702000000
--   {p8} = 1773010800000
--   {p9} = 1773615600000
--   {p10} = 1
--   {p11} = "2026-03-07"
--   {p12} = "2026-03-17"
--   {p13} = "2026-03-10"
--   {p14} = "2026-03-14"
--   {p15} = 1772924400000
--   {p16} = 1773702000000
--   {p17} = ["Google"]
--   {p18} = 1
--   {p19} = "2026-03-07"
--   {p20} = "2026-03-17"
--   {p21} = "2026-03-10"
--   {p22} = "2026-03-14"
--   {p23} = 1772924400000
--   {p24} = 1773702000000
--   {p25} = ["/blog"]

-- rows
-- ['/blog/x', 1]
-- ['/', 1]
-- ['/blog/x', 1]
-- ['(exit)', 1]
