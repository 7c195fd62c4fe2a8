-- Which topics a page is about: a catalogue's knowledge, the same for everybody and nothing of visitors. A version is written whole; the rows
-- of site 0, written last, are all topics there are, and the highest version that has them is the one that stands.
CREATE TABLE item_topics
(
    site    UInt32,
    path    String  COMMENT 'as events have it',
    topic   String,
    score   Float32 COMMENT '0 to 1',
    version UInt64  COMMENT 'of the catalogue'
)
ENGINE = MergeTree
ORDER BY (version, site, path, topic)
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

-- What was drawn for the city, by the names of its keys, for whoever reads the store itself: the cells of published lines and nothing else.
-- A line that is withdrawn takes its cells along.
CREATE VIEW IF NOT EXISTS mart_interest_by_topic AS
SELECT site, day, keys[1] AS topic, toUInt8(keys[2]) AS hour, visitors, line FROM marts WHERE release = 'city' AND mart = 'topic_hour';

CREATE VIEW IF NOT EXISTS mart_interest_by_place AS
SELECT site, day, keys[1] AS topic, keys[2] AS region, visitors, line FROM marts WHERE release = 'city' AND mart = 'topic_place';

CREATE VIEW IF NOT EXISTS mart_item_affinity AS
SELECT site, day AS week, keys[1] AS page, keys[2] AS other, visitors, line FROM marts WHERE release = 'city' AND mart = 'co_visit';

CREATE VIEW IF NOT EXISTS mart_topic_affinity AS
SELECT site, day AS week, keys[1] AS topic, keys[2] AS other, visitors, line FROM marts WHERE release = 'city' AND mart = 'topic_pair';

CREATE VIEW IF NOT EXISTS mart_portal_flows AS
SELECT keys[1] AS origin, site, day, visitors, line FROM marts WHERE release = 'city' AND mart = 'flow';

CREATE VIEW IF NOT EXISTS mart_service_demand AS
SELECT site, day, toUInt32(keys[1]) AS goal, visitors, line FROM marts WHERE release = 'city' AND mart = 'goal';

CREATE VIEW IF NOT EXISTS mart_search_demand AS
SELECT site, day AS week, keys[1] AS term, visitors, line FROM marts WHERE release = 'city' AND mart = 'search_term';

CREATE VIEW IF NOT EXISTS mart_content_performance AS
SELECT site, day, mart = 'page' ? 'seen' : keys[1] AS what, keys[-1] AS page, visitors, line
FROM marts WHERE release = 'city' AND mart IN ('page', 'entry_exit');
