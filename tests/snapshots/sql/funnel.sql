-- {"site_id": "portal.example", "date_range": ["2026-03-09", "2026-03-15"], "metrics": ["visitors"], "filters": [["is", "visit:source", ["Google"]], ["contains", "event:page", ["/blog"]]]}

-- funnel
-- Visitors by the steps they took. Within a visit the events take the steps in order; an event takes one step at most.
SELECT deepest, count() AS visitors
FROM (
    SELECT who, max(depth) AS deepest
    FROM (
        SELECT any(visitor) AS who,
            arrayFold(
                (depth, may) -> if(bitTest(may, depth), depth + 1, depth)::UInt8,
                arrayMap(one -> one.2, arraySort(groupArray((seq, may)))),
                0::UInt8
            ) AS depth
        FROM (
            SELECT visit, visitor, seq, 1::UInt16 * ((path = {p16:String} AND name = 'pageview') AND time >= fromUnixTimestamp64Milli({p23:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p24:Int64}, 'UTC')) + 2::UInt16 * (match(path, {p17:String}) AND name = 'pageview') + 4::UInt16 * (path = {p18:String} AND name = 'engagement' AND scroll_depth BETWEEN {p19:UInt8} AND 100) + 8::UInt16 * (name = {p22:String} AND props[{p20:String}] = {p21:String}) AS may
            FROM events
            WHERE site = {p0:UInt32} AND day BETWEEN {p1:Date} AND {p2:Date} AND (day BETWEEN {p3:Date} AND {p4:Date} OR time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
    AND visit != 0
    AND (source IN {p7:Array(String)})
    AND visit IN (SELECT visit FROM events WHERE site = {p8:UInt32} AND day BETWEEN {p9:Date} AND {p10:Date} AND (day BETWEEN {p11:Date} AND {p12:Date} OR time >= fromUnixTimestamp64Milli({p13:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p14:Int64}, 'UTC')) AND visit != 0 AND ((multiSearchAny(path, {p15:Array(String)}))) AND name != 'engagement')
        )
        WHERE may != 0
        GROUP BY visit
    )
    GROUP BY who
)
WHERE deepest > 0
GROUP BY deepest

--   {p0} = 1
--   {p1} = "2026-03-07"
--   {p2} = "2026-03-17"
--   {p3} = "2026-03-10"
--   {p4} = "2026-03-14"
--   {p5} = 1772924400000
--   {p6} = 1773702000000
--   {p7} = ["Google"]
--   {p8} = 1
--   {p9} = "2026-03-07"
--   {p10} = "2026-03-17"
--   {p11} = "2026-03-10"
--   {p12} = "2026-03-14"
--   {p13} = 1772924400000
--   {p14} = 1773702000000
--   {p15} = ["/blog"]
--   {p16} = "/"
--   {p17} = "^/blog/.*$"
--   {p18} = "/long"
--   {p19} = 50
--   {p20} = "plan"
--   {p21} = "big"
--   {p22} = "Signup"
--   {p23} = 1773010800000
--   {p24} = 1773615600000

-- rows
-- ['/', 1]
-- ['/blog/*', 1]
-- ['Read half', 0]
-- ['Signup', 0]
