-- The latest visit of each of these visitors of a portal; a hit may still join it.
SELECT day, visitor, visit, number, version,
    toUnixTimestamp64Milli(start), toUnixTimestamp64Milli(end), toUnixTimestamp64Milli(seen), reversed,
    pageviews, events, interactive, entry_page, exit_page, entry_hostname, exit_hostname,
    referrer, source, channel, utm_source, utm_medium, utm_campaign, utm_content, utm_term,
    device, browser, browser_version, os, os_version, country, region, city
FROM visits FINAL
WHERE site = {site:UInt32} AND day BETWEEN {from_day:Date} AND {to_day:Date} AND visitor IN {visitors:Array(UInt64)}
ORDER BY visitor, number DESC
LIMIT 1 BY visitor
