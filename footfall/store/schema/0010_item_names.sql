-- What the catalogue calls its pages: public knowledge, put beside drawn cells and nothing of visitors. A version is written whole; its row of
-- site 0, written last, makes it stand.
CREATE TABLE item_names
(
    site    UInt32,
    path    String                 COMMENT 'as events have it',
    title   String,
    kind    LowCardinality(String) COMMENT 'article, service, event, form or page',
    topics  Array(String)          COMMENT 'best first',
    version UInt64                 COMMENT 'of the catalogue'
)
ENGINE = MergeTree
ORDER BY (version, site, path)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Demand is also for pages of services and forms, by their visitors; goals have no page here.
DROP VIEW IF EXISTS mart_service_demand;

CREATE VIEW IF NOT EXISTS mart_service_demand AS
SELECT site, day, 'goal' AS what, toUInt32(keys[1]) AS goal, '' AS page, '' AS title, visitors, line
FROM marts WHERE release = 'city' AND mart = 'goal'
UNION ALL
SELECT site, day, toString(kind) AS what, toUInt32(0) AS goal, page, title, visitors, line
FROM (SELECT site, day, keys[1] AS page, visitors, line FROM marts WHERE release = 'city' AND mart = 'page') AS seen
GLOBAL SEMI LEFT JOIN
(
    SELECT site, path AS page, title, kind FROM item_names
    WHERE version = (SELECT max(version) FROM item_names WHERE site = 0) AND kind IN ('service', 'form')
) AS items USING (site, page);

DROP VIEW IF EXISTS mart_content_performance;

CREATE VIEW IF NOT EXISTS mart_content_performance AS
SELECT site, day, what, page, title, toString(kind) AS kind, topics, visitors, line
FROM
(
    SELECT site, day, mart = 'page' ? 'seen' : keys[1] AS what, keys[-1] AS page, visitors, line
    FROM marts WHERE release = 'city' AND mart IN ('page', 'entry_exit')
) AS cells
GLOBAL ANY LEFT JOIN
(
    SELECT site, path AS page, title, kind, topics FROM item_names WHERE version = (SELECT max(version) FROM item_names WHERE site = 0)
) AS items USING (site, page);
