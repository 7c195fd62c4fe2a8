-- []

SELECT indexOf({dims:Array(String)}, row.dim) - 1 AS place, row.value AS value, sum(row.visitors) AS visitors, sum(row.visits) AS visits, sum(row.pageviews) AS pageviews, sum(row.events) AS events, least(sum(row.viewers), 100) AS viewers
FROM events_by_day AS row
WHERE site = {site:UInt32} AND dim IN {dims:Array(String)} AND day BETWEEN {first:Date} AND {last:Date} AND build IN {builds:Array(UInt64)} AND row.first < {to:UInt32} AND row.last >= {from:UInt32}
GROUP BY place, value
HAVING sum(row.events) > 0
SETTINGS optimize_move_to_prewhere = 0

SELECT indexOf({dims:Array(String)}, row.dim) - 1 AS place, row.value AS value, sum(row.visitors) AS visitors, sum(row.visits) AS visits, sum(row.bounces) AS bounces, sum(row.visits) AS entries, sum(row.seconds) AS seconds
FROM (
    SELECT dim, value, first, last, visitors, by_end, visits, bounces, seconds, views FROM visits_by_day WHERE site = {site:UInt32} AND dim IN {dims:Array(String)} AND day BETWEEN {first:Date} AND {last:Date} AND build IN {builds:Array(UInt64)}
    UNION ALL SELECT dim, value, first, last, visitors, by_end, visits, bounces, seconds, views FROM (-- Visits of some service days as rows that add up (schema 0002): a portal's, by one dimension each; ['', 'channel', 'country', 'device', 'entry_hostname', 'entry_page', 'source'] and ['', toString(channel), toString(country), toString(device), toString(entry_hostname), toString(entry_page), toString(source)] name them.
-- Most visitors are there on one local day: counted at once. An odd one, there on several, gets a row for each different span of
-- his visits, less a row for each two spans that follow one another; what stands in the rows of a day before is not written again.
WITH
    spans -> arrayConcat(arrayMap(s -> (s.1, s.2, 1), spans), arrayMap((a, b) -> (b.1, a.2, -1), arrayPopBack(spans), arrayPopFront(spans))) AS rows_of,
    days -> arraySort(arrayDistinct(arrayMap(s -> (s.2, s.2), days))) AS ends_of,
    (now, before) -> arrayConcat(rows_of(now), arrayMap(r -> (r.1, r.2, -r.3), rows_of(before))) AS rows_since,
    odd AS
    (
        SELECT visitor FROM visits
        WHERE site IN {sites:Array(UInt32)} AND day IN {days_and_before:Array(Date)}
        GROUP BY visitor
        HAVING min(day) != max(day)
            OR roundDown(toUnixTimestamp(min(start)), {midnights:Array(UInt32)}) != roundDown(toUnixTimestamp(max(end)), {midnights:Array(UInt32)})
    ),
    found AS
    (
        SELECT
            site, day, visitor, visitor IN odd AS is_odd, is_bounce, duration_s, pageviews,
            roundDown(toUnixTimestamp(start), {midnights:Array(UInt32)}) AS first,
            roundDown(toUnixTimestamp(end), {midnights:Array(UInt32)}) AS last,
            dim, value
        FROM visits FINAL
        ARRAY JOIN ['', 'channel', 'country', 'device', 'entry_hostname', 'entry_page', 'source'] AS dim, ['', toString(channel), toString(country), toString(device), toString(entry_hostname), toString(entry_page), toString(source)] AS value
        WHERE site IN {sites:Array(UInt32)} AND day IN {days_and_before:Array(Date)}
    )
SELECT
    site, dim, value, first, last,
    toInt64(uniqExactIf(visitor, NOT is_odd)) AS visitors, visitors AS by_end,
    count() AS visits, countIf(is_bounce) AS bounces, sum(duration_s) AS seconds, sum(pageviews) AS views
FROM found
WHERE day IN {days:Array(Date)}
GROUP BY site, dim, value, first, last
UNION ALL
SELECT site, dim, value, row.1 AS first, row.2 AS last, sum(row.3) AS visitors, sum(row.4) AS by_end, 0, 0, 0, 0
FROM
(
    SELECT
        site, dim, value,
        arraySort(groupUniqArray((first, last))) AS spans, arraySort(groupUniqArrayIf((first, last), day NOT IN {days:Array(Date)})) AS older
    FROM found
    WHERE is_odd
    GROUP BY site, dim, value, visitor
)
ARRAY JOIN arrayConcat(
    arrayMap(r -> (r.1, r.2, r.3, 0), rows_since(spans, older)),
    arrayMap(r -> (r.1, r.2, 0, r.3), rows_since(ends_of(spans), ends_of(older)))) AS row
GROUP BY site, dim, value, first, last
HAVING visitors != 0 OR by_end != 0
)
) AS row
WHERE row.first < {to:UInt32} AND row.last >= {from:UInt32}
GROUP BY place, value
HAVING sum(row.visits) > 0
SETTINGS optimize_move_to_prewhere = 0

