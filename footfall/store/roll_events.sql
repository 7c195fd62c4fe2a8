-- Events of some service days as rows that add up (schema 0002), as roll_visits.sql does for visits. An event is on one local day; a
-- visitor or a visit that goes on after midnight is on two.
WITH
    spans -> arrayConcat(arrayMap(s -> (s, s, 1), spans), arrayMap((a, b) -> (b, a, -1), arrayPopBack(spans), arrayPopFront(spans))) AS rows_of,
    (now, before) -> arrayConcat(rows_of(now), arrayMap(r -> (r.1, r.2, -r.3), rows_of(before))) AS rows_since,
    odd AS
    (
        SELECT visitor FROM events
        WHERE site IN {sites:Array(UInt32)} AND day IN {days_and_before:Array(Date)} AND visitor != 0
        GROUP BY visitor
        HAVING min(day) != max(day)
            OR roundDown(toUnixTimestamp(min(time)), {midnights:Array(UInt32)}) != roundDown(toUnixTimestamp(max(time)), {midnights:Array(UInt32)})
    ),
    found AS
    (
        SELECT
            site, day, visitor, visit, visitor IN odd AS is_odd, name = 'pageview' AS is_pageview,
            roundDown(toUnixTimestamp(time), {midnights:Array(UInt32)}) AS first,
            dim, value
        FROM events
        ARRAY JOIN DIMS AS dim, VALUES AS value
        WHERE site IN {sites:Array(UInt32)} AND day IN {days_and_before:Array(Date)} AND name != 'engagement'
    )
SELECT
    site, dim, value, first, first AS last,
    toInt64(uniqExactIf(visitor, visitor != 0 AND NOT is_odd)) AS visitors,
    toInt64(uniqExactIf(visitor, visitor != 0 AND NOT is_odd AND is_pageview)) AS viewers,
    toInt64(uniqExactIf(visit, visit != 0 AND NOT is_odd)) AS visits,
    countIf(is_pageview) AS pageviews, count() AS events
FROM found
WHERE day IN {days:Array(Date)}
GROUP BY site, dim, value, first
UNION ALL
SELECT site, dim, value, row.1 AS first, row.2 AS last, sum(row.3) AS visitors, sum(row.4) AS viewers, sum(row.5) AS visits, 0, 0
FROM
(
    SELECT
        site, dim, value, who.1 AS counted, who.2 AS id,
        arraySort(groupUniqArray(first)) AS points, arraySort(groupUniqArrayIf(first, day NOT IN {days:Array(Date)})) AS older
    FROM found
    ARRAY JOIN [('visitors', visitor), ('viewers', is_pageview ? visitor : 0), ('visits', visit)] AS who
    WHERE is_odd AND id != 0
    GROUP BY site, dim, value, counted, id
)
ARRAY JOIN arrayMap(r -> (r.1, r.2, counted = 'visitors' ? r.3 : 0, counted = 'viewers' ? r.3 : 0, counted = 'visits' ? r.3 : 0), rows_since(points, older)) AS row
GROUP BY site, dim, value, first, last
HAVING visitors != 0 OR viewers != 0 OR visits != 0
