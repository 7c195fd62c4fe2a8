-- The daily roll-up: exact counts of whole local days by one dimension, so that a page of panels need not read the events again.
-- A row holds for every range of days that its span, first to last, meets; the numbers of such rows are simply added up. visitors,
-- by_end and (of events) viewers and visits may be negative: a row that spans from a later day back to an earlier one takes away who is on both.

-- Service days: what a portal's day holds and what of it is rolled up. Both are written last: once a row is counted in rows, a build made
-- before it is out of date; once a build stands here, all its rows are there.
CREATE TABLE service_days
(
    site  UInt32,
    day   Date,
    rows  SimpleAggregateFunction(sum, UInt64) COMMENT 'events and visits written for it so far',
    build SimpleAggregateFunction(max, Tuple(
        number   UInt64,
        timezone String,
        rows     UInt64,
        before   UInt64,
        adds_up  Bool)) COMMENT 'the latest: made in these midnights, at so many rows of the day and of the day before'
)
ENGINE = AggregatingMergeTree
ORDER BY (site, day)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Days that were loaded before: any number will do, they have no roll-up yet.
INSERT INTO service_days (site, day, rows) SELECT site, day, count() FROM events GROUP BY site, day;

CREATE TABLE visits_by_day
(
    site     UInt32,
    day      Date                   COMMENT 'service day that it was built from',
    build    UInt64 CODEC(ZSTD),
    dim      LowCardinality(String) COMMENT 'empty: all visits',
    value    String,
    first    UInt32                 COMMENT 'first instant of a local day, seconds since 1970' CODEC(T64, LZ4),
    last     UInt32                 COMMENT 'first instant of the last local day of the span' CODEC(T64, LZ4),
    visitors Int32                  COMMENT 'of visits that overlap the range' CODEC(T64, LZ4),
    by_end   Int32                  COMMENT 'visitors of visits that end in the range' CODEC(T64, LZ4),
    visits   UInt32 CODEC(T64, LZ4),
    bounces  UInt32 CODEC(T64, LZ4),
    seconds  UInt64 CODEC(T64, LZ4),
    views    UInt64 CODEC(T64, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (site, dim, value, first)
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE events_by_day
(
    site      UInt32,
    day       Date                   COMMENT 'service day that it was built from',
    build     UInt64 CODEC(ZSTD),
    dim       LowCardinality(String) COMMENT 'empty: all events',
    value     String,
    first     UInt32                 COMMENT 'first instant of a local day, seconds since 1970' CODEC(T64, LZ4),
    last      UInt32                 COMMENT 'first instant of the last local day of the span' CODEC(T64, LZ4),
    visitors  Int32 CODEC(T64, LZ4),
    viewers   Int32                  COMMENT 'visitors with a pageview' CODEC(T64, LZ4),
    visits    Int32 CODEC(T64, LZ4),
    pageviews UInt32 CODEC(T64, LZ4),
    events    UInt32                 COMMENT 'pageviews and custom events' CODEC(T64, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(day)
ORDER BY (site, dim, value, first)
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1;
