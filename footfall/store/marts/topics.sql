-- The three marts of topics in one reading. Topics are those of the pages that a visitor saw, or did something on; a page has several or none.
-- topic_hour: each with the hour, by the portal's clock, of the first of its pages; a topic has a visitor once a day.
-- topic_place: the same topics, with the region that the visitor's first visit came from.
-- topic_pair: pairs of topics that he met on one day, by the main topic of each page, so that a pair is never one page's.
-- Of each visitor at most so many cells of each, chosen as in page.sql, for each draw by a nonce of its own. What a visitor's hours and place are
-- made of is kept of the days from {since} on: a week is read for its pairs alone. While rows are read a topic is its number in {topics}, which are
-- in order, and a topic at a time one number of both: millions of small maps of texts would not fit into memory.
SELECT site, cell.1 AS mart, cell.2 AS number, cell.3 AS topic, cell.4 AS other, count() AS visitors
FROM
(
    SELECT
        site, visitor, min(day) AS began,
        arraySort(groupArrayArrayIf(arrayMap(code -> bitShiftLeft(toUInt64(toUnixTimestamp(time)), 16) + code, codes), day >= {since:Date})) AS times,
        arrayMap(
            code -> (
                {topics:Array(String)}[code],
                leftPad(toString(toHour(toDateTime(bitShiftRight(arrayFirst(at -> at % 65536 = code, times), 16), 'UTC'), {timezone:String})), 2, '0')
            ),
            arrayDistinct(arrayMap(at -> at % 65536, times))
        ) AS hours,
        arrayMap(code -> {topics:Array(String)}[code], arraySort(groupUniqArrayIf(main, main != 0))) AS met,
        arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), arrayFilter(b -> b > a, met)), met)) AS pairs,
        argMinIf(toString(region), (time, seq), day >= {since:Date}) AS home,
        arrayMap(
            nonce -> began BETWEEN {hour_first:Date} AND {hour_last:Date} AND has({hour_sites:Array(UInt32)}, site)
                ? arraySlice(arraySort(x -> sipHash64(nonce, visitor, x.1), hours), 1, {hour_cells:UInt32}) : [], {hour_nonces:Array(UInt64)}) AS by_hour,
        arrayMap(
            nonce -> began BETWEEN {place_first:Date} AND {place_last:Date} AND has({place_sites:Array(UInt32)}, site)
                ? arraySlice(arraySort(x -> sipHash64(nonce, visitor, x.1), hours), 1, {place_cells:UInt32}) : [], {place_nonces:Array(UInt64)}) AS by_place,
        arrayMap(
            nonce -> began BETWEEN {pair_first:Date} AND {pair_last:Date} AND has({pair_sites:Array(UInt32)}, site)
                ? arraySlice(arraySort(x -> sipHash64(nonce, visitor, x), pairs), 1, {pair_cells:UInt32}) : [], {pair_nonces:Array(UInt64)}) AS by_pair,
        arrayJoin(arrayFlatten([
            arrayMap((xs, number) -> arrayMap(x -> ('topic_hour', number, x.1, x.2), xs), by_hour, arrayEnumerate(by_hour)),
            arrayMap((xs, number) -> arrayMap(x -> ('topic_place', number, x.1, home), xs), by_place, arrayEnumerate(by_place)),
            arrayMap((xs, number) -> arrayMap(x -> ('topic_pair', number, x.1, x.2), xs), by_pair, arrayEnumerate(by_pair))])) AS cell
    FROM events
    GLOBAL ANY LEFT JOIN
    (
        SELECT
            site, path, groupUniqArray(toUInt16(indexOf({topics:Array(String)}, topic))) AS codes,
            toUInt16(indexOf({topics:Array(String)}, argMax(topic, (score, topic)))) AS main
        FROM item_topics
        WHERE version = {version:UInt64} AND site IN {sites:Array(UInt32)} AND has({topics:Array(String)}, topic)
        GROUP BY site, path
    ) AS pages USING (site, path)
    WHERE site IN {sites:Array(UInt32)} AND day BETWEEN {before:Date} AND {after:Date} AND visitor BETWEEN 1 AND {last_id:UInt64} AND name != 'engagement'
    GROUP BY site, visitor
)
GROUP BY site, mart, number, topic, other
