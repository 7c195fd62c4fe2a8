-- {"site_id": "portal.example", "date_range": ["2026-03-20", "2026-03-20"], "metrics": ["visitors"], "filters": [["is", "visit:source", ["Google"]]]}

-- form fields
-- Fields of forms: who completed each, and at which place among the fields of the visit, in the mean.
SELECT form, field, uniqExact(who) AS visitors, avg(place) AS at
FROM (
    SELECT form, any(visitor) AS who,
        arrayDistinct(arrayMap(one -> one.2, arraySort(groupArrayIf((seq, field), field != '')))) AS fields
    FROM (
        SELECT visit, visitor, seq, time, props['form'] AS form, if(name = 'Form: Field Completed', props['field'], '') AS field
        FROM events
        WHERE site = {p2:UInt32} AND day BETWEEN {p3:Date} AND {p4:Date} AND (time >= fromUnixTimestamp64Milli({p5:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p6:Int64}, 'UTC'))
    AND visit != 0
    AND (source IN {p7:Array(String)})
            AND name IN ('Form: Started', 'Form: Field Completed', 'Form: Submission')
            AND props['form'] != ''
    )
    GROUP BY visit, form
    HAVING min(time) >= fromUnixTimestamp64Milli({p0:Int64}, 'UTC') AND min(time) < fromUnixTimestamp64Milli({p1:Int64}, 'UTC')
)
ARRAY JOIN fields AS field, arrayEnumerate(fields) AS place
GROUP BY form, field
ORDER BY visitors DESC, form, field
LIMIT 50 BY form
LIMIT 2000

--   {p0} = 1773961200000
--   {p1} = 1774047600000
--   {p2} = 1
--   {p3} = "2026-03-18"
--   {p4} = "2026-03-22"
--   {p5} = 1773874800000
--   {p6} = 1774134000000
--   {p7} = ["Google"]

-- forms
-- Visitors by form and by the furthest of its steps that they came to.
SELECT form, furthest, count() AS visitors
FROM (
    SELECT form, who, max(step) AS furthest
    FROM (
        SELECT form, any(visitor) AS who, max(one) AS step
        FROM (
            SELECT visit, visitor, time, props['form'] AS form,
                multiIf(
                    name = 'Form: Submission', 65535,
                    name = 'Form: Field Completed', greatest(arrayElement({p1:Array(UInt16)}, indexOf({p0:Array(String)}, concat(toString(length(form)), ' ', form, props['field']))), 1),
                    1
                )::UInt16 AS one
            FROM events
            WHERE site = {p4:UInt32} AND day BETWEEN {p5:Date} AND {p6:Date} AND (time >= fromUnixTimestamp64Milli({p7:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({p8:Int64}, 'UTC'))
    AND visit != 0
    AND (source IN {p9:Array(String)})
                AND name IN ('Form: Started', 'Form: Field Completed', 'Form: Submission')
                AND props['form'] != ''
        )
        GROUP BY visit, form
        HAVING min(time) >= fromUnixTimestamp64Milli({p2:Int64}, 'UTC') AND min(time) < fromUnixTimestamp64Milli({p3:Int64}, 'UTC')
    )
    GROUP BY form, who
)
GROUP BY form, furthest

--   {p0} = ["6 permitplate"]
--   {p1} = [2]
--   {p2} = 1773961200000
--   {p3} = 1774047600000
--   {p4} = 1
--   {p5} = "2026-03-18"
--   {p6} = "2026-03-22"
--   {p7} = 1773874800000
--   {p8} = 1774134000000
--   {p9} = ["Google"]

-- rows
-- ['permit', '(started)', 1]
-- ['permit', 'plate', 1]
-- ['permit', '(sent)', 0]
