-- Drawn cells of one mart, portal and span of service days, put together by some of the mart's keys and, if asked, by day.
SELECT
    {by_day:UInt8} ? day : toDate(0) AS at,
    arrayMap(place -> keys[place], {places:Array(UInt8)}) AS wanted,
    sum(visitors) AS found,
    count() AS cells,
    groupUniqArray(line) AS lines
FROM marts
WHERE release = {release:String} AND mart = {mart:String} AND site = {site:UInt32} AND day BETWEEN {first:Date} AND {last:Date}
    AND visitors >= {threshold:UInt32} AND ({side:String} = '' OR keys[1] = {side:String})
GROUP BY at, wanted
