-- Series: how often something was met in a complete hour or day, which trends are looked for in. A key has a row only where a whole cohort
-- had met it: in the 24 hours up to the end of an hour, or on the day. Rows of a bucket that is made again replace those of before; a key
-- that is under its cohort by then is left with 0. They go with the events that they were made of.
CREATE TABLE series
(
    site      UInt32,
    day       Date                   COMMENT 'service day',
    dimension LowCardinality(String) COMMENT 'page, section, topic, search, search_zero, service_step, source, channel, region, city, portal or goal',
    key       String                 COMMENT 'empty: of the portal',
    step      LowCardinality(String) COMMENT 'hour or day',
    bucket    DateTime('UTC')        COMMENT 'when the hour began; of a day 00:00 of its date' CODEC(Delta, LZ4),
    value     UInt32                 COMMENT 'page views, searches, steps, goals, or visits that began' CODEC(T64, LZ4),
    visitors  UInt32                 COMMENT 'of the bucket; 0 with value 0: the key is not in it any more' CODEC(T64, LZ4),
    version   UInt64                 COMMENT 'when it was made, ms' CODEC(T64, LZ4)
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(day)
ORDER BY (step, site, dimension, key, bucket)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- What the buckets were made of: written last, so that one which was not finished is made again.
CREATE TABLE series_made
(
    site    UInt32,
    day     Date            COMMENT 'service day',
    step    LowCardinality(String),
    bucket  DateTime('UTC'),
    rows    UInt64          COMMENT 'of an hour its events; of a day what service_days says was written for it',
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (site, day, step, bucket)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
