-- Made-up visits for the benches: {visits} of them over {days} days, a tenth on site 1, the rest over {others} sites; site {skip} is left out.
-- Every value is a hash of the visit's number, so events can be made from the same numbers.
INSERT INTO visits (site, day, visitor, visit, version, start, end, seen, duration_s, pageviews, events, is_bounce, entry_page, exit_page,
    entry_hostname, exit_hostname, source, channel, device, browser, os, country)
WITH
    sipHash64(number, {seed:UInt64}) AS h,
    toUInt32(if(h % 10 = 0, 1, 2 + floor({others:UInt32} * pow((intDiv(h, 10) % 1000000) / 1000000, 2)))) AS site_id,
    toUInt32({first_day:UInt32} + intDiv(number * {days:UInt32}, {visits:UInt64})) AS day_number,
    toUInt32(1 + least(20, floor(-3.2 * log(1 - (intDiv(h, 7) % 1000000) / 1000000)))) AS pages,
    toDateTime64(toUInt64(day_number) * 86400 + h % 80000, 3, 'UTC') AS at
SELECT
    site_id, toDate(day_number), sipHash64(day_number, site_id, intDiv(h, 3) % ({visits:UInt64} / 40)), sipHash64(number, {seed:UInt64}, 2), pages,
    at, at + (pages - 1) * 40, at + (pages - 1) * 40, (pages - 1) * 40, pages, pages, pages = 1,
    concat('/page/', toString(toUInt32(floor(1000 * pow((sipHash64(number, 0, 3) % 1000000) / 1000000, 3))))),
    concat('/page/', toString(toUInt32(floor(1000 * pow((sipHash64(number, pages - 1, 3) % 1000000) / 1000000, 3))))),
    'portal.example', 'portal.example',
    ['', 'Google', 'Yandex', 'VK', 'Telegram', 'Bing', 'Mail.ru', 'news.example'][1 + intDiv(h, 11) % 8],
    ['Direct', 'Organic Search', 'Organic Search', 'Organic Social', 'Organic Social', 'Organic Search', 'Referral', 'Referral'][1 + intDiv(h, 11) % 8],
    ['Mobile', 'Mobile', 'Desktop', 'Desktop', 'Tablet'][1 + intDiv(h, 13) % 5],
    ['Chrome', 'Chrome', 'Safari', 'Firefox', 'Yandex Browser'][1 + intDiv(h, 17) % 5],
    ['Android', 'iOS', 'Windows', 'Mac', 'GNU/Linux'][1 + intDiv(h, 13) % 5],
    ['RU', 'RU', 'RU', 'KZ', 'BY', 'DE', 'US', 'UZ'][1 + intDiv(h, 19) % 8]
FROM numbers({from:UInt64}, {count:UInt64})
WHERE site_id != {skip:UInt32};

INSERT INTO events (site, day, time, visitor, visit, seq, name, interactive, hostname, path, source, channel, device, browser, os, country, scroll_depth)
WITH
    sipHash64(number, {seed:UInt64}) AS h,
    toUInt32(if(h % 10 = 0, 1, 2 + floor({others:UInt32} * pow((intDiv(h, 10) % 1000000) / 1000000, 2)))) AS site_id,
    toUInt32({first_day:UInt32} + intDiv(number * {days:UInt32}, {visits:UInt64})) AS day_number,
    toUInt32(1 + least(20, floor(-3.2 * log(1 - (intDiv(h, 7) % 1000000) / 1000000)))) AS pages,
    toDateTime64(toUInt64(day_number) * 86400 + h % 80000, 3, 'UTC') AS at
SELECT
    site_id, toDate(day_number), at + page * 40, sipHash64(day_number, site_id, intDiv(h, 3) % ({visits:UInt64} / 40)), sipHash64(number, {seed:UInt64}, 2), page,
    'pageview', true, 'portal.example',
    concat('/page/', toString(toUInt32(floor(1000 * pow((sipHash64(number, page, 3) % 1000000) / 1000000, 3))))),
    ['', 'Google', 'Yandex', 'VK', 'Telegram', 'Bing', 'Mail.ru', 'news.example'][1 + intDiv(h, 11) % 8],
    ['Direct', 'Organic Search', 'Organic Search', 'Organic Social', 'Organic Social', 'Organic Search', 'Referral', 'Referral'][1 + intDiv(h, 11) % 8],
    ['Mobile', 'Mobile', 'Desktop', 'Desktop', 'Tablet'][1 + intDiv(h, 13) % 5],
    ['Chrome', 'Chrome', 'Safari', 'Firefox', 'Yandex Browser'][1 + intDiv(h, 17) % 5],
    ['Android', 'iOS', 'Windows', 'Mac', 'GNU/Linux'][1 + intDiv(h, 13) % 5],
    ['RU', 'RU', 'RU', 'KZ', 'BY', 'DE', 'US', 'UZ'][1 + intDiv(h, 19) % 8],
    255
FROM numbers({from:UInt64}, {count:UInt64}) ARRAY JOIN range(pages) AS page
WHERE site_id != {skip:UInt32};
