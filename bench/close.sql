-- A made-up city's service day for bench.close: {units} visitors of 50 portals, portals and their 120 pages each by Zipf's law: rank k has
-- ln((k + ½) / (k - ½)) shares, which is 1/k to a few percent. Every value is a hash of the visitor's number, so events can be made from the
-- same numbers as visits.
INSERT INTO visits (site, day, visitor, visit, number, version, start, end, seen, duration_s, pageviews, events, is_bounce, entry_page,
    exit_page, source, channel, device, country, region)
WITH
    sipHash64(number, {day:Date}) AS h,
    toUInt32(0.5 + 0.5 * exp((h % 1000003) / 1000003 * log(101))) AS site_id,
    toUInt32(1 + least(20, floor(-3.2 * log(1 - (intDiv(h, 7) % 1000003) / 1000003)))) AS pages,
    toDateTime64({day:Date}, 3, 'UTC') + h % 80000 AS at
SELECT
    site_id, {day:Date}, h, h + 1, number, pages, at, at + (pages - 1) * 40, at + (pages - 1) * 40, (pages - 1) * 40, pages, pages, pages = 1,
    concat('/page/', toString(toUInt32(0.5 + 0.5 * exp((sipHash64(h, 0) % 1000003) / 1000003 * log(241))))),
    concat('/page/', toString(toUInt32(0.5 + 0.5 * exp((sipHash64(h, pages - 1) % 1000003) / 1000003 * log(241))))),
    ['', 'Google', 'Yandex', 'VK', 'Telegram', 'Bing', 'Mail.ru', 'news.example'][1 + intDiv(h, 11) % 8],
    ['Direct', 'Organic Search', 'Organic Search', 'Organic Social', 'Organic Social', 'Organic Search', 'Referral', 'Referral'][1 + intDiv(h, 11) % 8],
    ['Mobile', 'Mobile', 'Desktop', 'Desktop', 'Tablet'][1 + intDiv(h, 13) % 5],
    ['RU', 'RU', 'RU', 'KZ', 'BY', 'DE', 'US', 'UZ'][1 + intDiv(h, 19) % 8], concat('R-', toString(intDiv(h, 23) % 12))
FROM numbers({units:UInt64});

INSERT INTO events (site, day, time, visitor, visit, seq, name, interactive, path, source, channel, device, country, region, scroll_depth)
WITH
    sipHash64(number, {day:Date}) AS h,
    toUInt32(0.5 + 0.5 * exp((h % 1000003) / 1000003 * log(101))) AS site_id,
    toUInt32(1 + least(20, floor(-3.2 * log(1 - (intDiv(h, 7) % 1000003) / 1000003)))) AS pages,
    toDateTime64({day:Date}, 3, 'UTC') + h % 80000 AS at
SELECT
    site_id, {day:Date}, at + page * 40, h, h + 1, page, 'pageview', true,
    concat('/page/', toString(toUInt32(0.5 + 0.5 * exp((sipHash64(h, page) % 1000003) / 1000003 * log(241))))),
    ['', 'Google', 'Yandex', 'VK', 'Telegram', 'Bing', 'Mail.ru', 'news.example'][1 + intDiv(h, 11) % 8],
    ['Direct', 'Organic Search', 'Organic Search', 'Organic Social', 'Organic Social', 'Organic Search', 'Referral', 'Referral'][1 + intDiv(h, 11) % 8],
    ['Mobile', 'Mobile', 'Desktop', 'Desktop', 'Tablet'][1 + intDiv(h, 13) % 5],
    ['RU', 'RU', 'RU', 'KZ', 'BY', 'DE', 'US', 'UZ'][1 + intDiv(h, 19) % 8], concat('R-', toString(intDiv(h, 23) % 12)),
    255
FROM numbers({units:UInt64}) ARRAY JOIN range(pages) AS page;
