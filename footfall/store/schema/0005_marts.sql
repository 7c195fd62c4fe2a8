-- The long memory: cells of closed days, drawn once with noise (privacy.marts lists the marts and the names of their keys). Nothing here is
-- exact, nothing is per visitor, and what was under its threshold is absent.
CREATE TABLE marts
(
    release  LowCardinality(String) COMMENT 'city or open: two sets of numbers, drawn apart',
    mart     LowCardinality(String),
    site     UInt32,
    day      Date          COMMENT 'service day; of a mart of weeks its Monday',
    keys     Array(String) COMMENT 'in the order of the mart',
    visitors UInt32        COMMENT 'visitors of the day, with noise' CODEC(T64, LZ4),
    line     UInt32        COMMENT 'of the ledger, which has the noise and the threshold' CODEC(T64, LZ4)
)
ENGINE = MergeTree
PARTITION BY toYear(day)
ORDER BY (release, mart, site, day, keys)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
