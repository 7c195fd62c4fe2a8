-- A segment leaves the journal once its rows are here, so every insert is synced to disk.

-- Events: one row each, as they were after forgetting. A service day is a partition and is dropped whole.
CREATE TABLE events
(
    site            UInt32,
    day             Date                    COMMENT 'service day: the portal''s local date',
    time            DateTime64(3, 'UTC') CODEC(T64, LZ4),
    visitor         UInt64                  COMMENT 'keyed hash under a salt that lived one day; 0 = no visit detail',
    visit           UInt64                  COMMENT 'random; 0 = no visit detail',
    seq             UInt32                  COMMENT 'place in its visit, by arrival, from 0' CODEC(T64, LZ4),
    name            LowCardinality(String),
    interactive     Bool,
    hostname        LowCardinality(String),
    path            LowCardinality(String),
    referrer        LowCardinality(String),
    source          LowCardinality(String),
    channel         LowCardinality(String),
    utm_source      LowCardinality(String),
    utm_medium      LowCardinality(String),
    utm_campaign    LowCardinality(String),
    utm_content     LowCardinality(String),
    utm_term        LowCardinality(String),
    device          LowCardinality(String),
    browser         LowCardinality(String),
    browser_version LowCardinality(String),
    os              LowCardinality(String),
    os_version      LowCardinality(String),
    country         LowCardinality(String),
    region          LowCardinality(String),
    city            LowCardinality(String),
    props           Map(LowCardinality(String), String),
    engagement_ms   UInt32 CODEC(T64, LZ4),
    scroll_depth    UInt8                   COMMENT 'percent; 255 = unknown'
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (site, day, visitor, time)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Visits: the loader writes a visit's whole state again whenever it grows; the highest version stands (read with FINAL).
CREATE TABLE visits
(
    site            UInt32,
    day             Date                    COMMENT 'service day of the first event',
    visitor         UInt64,
    visit           UInt64,
    number          UInt32                  COMMENT 'place among the portal''s visits, by the arrival of their first events' CODEC(T64, LZ4),
    version         UInt32                  COMMENT 'events so far, engagement included' CODEC(T64, LZ4),
    start           DateTime64(3, 'UTC') CODEC(T64, LZ4),
    end             DateTime64(3, 'UTC')    COMMENT 'last event that is not engagement' CODEC(T64, LZ4),
    seen            DateTime64(3, 'UTC')    COMMENT 'last event of any kind: what the 30 minutes count from' CODEC(T64, LZ4),
    reversed        Bool                    COMMENT 'the first event to arrive is the one at end, the last to arrive the one at start',
    duration_s      UInt32                  COMMENT 'whole seconds from start to end' CODEC(T64, LZ4),
    pageviews       UInt32 CODEC(T64, LZ4),
    events          UInt32                  COMMENT 'pageviews and custom events' CODEC(T64, LZ4),
    interactive     UInt32                  COMMENT 'custom events that end a bounce' CODEC(T64, LZ4),
    is_bounce       Bool,
    entry_page      LowCardinality(String),
    exit_page       LowCardinality(String),
    entry_hostname  LowCardinality(String),
    exit_hostname   LowCardinality(String),
    referrer        LowCardinality(String),
    source          LowCardinality(String),
    channel         LowCardinality(String),
    utm_source      LowCardinality(String),
    utm_medium      LowCardinality(String),
    utm_campaign    LowCardinality(String),
    utm_content     LowCardinality(String),
    utm_term        LowCardinality(String),
    device          LowCardinality(String),
    browser         LowCardinality(String),
    browser_version LowCardinality(String),
    os              LowCardinality(String),
    os_version      LowCardinality(String),
    country         LowCardinality(String),
    region          LowCardinality(String),
    city            LowCardinality(String)
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY day
ORDER BY (site, day, visitor, visit)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Refusals: what was turned away at the door, by minute and reason; never what it said.
CREATE TABLE refusals
(
    site   UInt32 COMMENT '0 = no known portal',
    minute DateTime('UTC'),
    reason LowCardinality(String),
    count  UInt64
)
ENGINE = SummingMergeTree
PARTITION BY toYYYYMM(minute)
ORDER BY (site, minute, reason)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Segments: names of the journal segments that are loaded, so that one put back is not counted again.
CREATE TABLE segments
(
    name      String,
    rows      UInt32,
    loaded_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree
ORDER BY name
TTL toDateTime(loaded_at) + INTERVAL 400 DAY
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
