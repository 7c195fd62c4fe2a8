-- The city's data (footfall.sources): cells of a place and a time that hold a cohort or more. Nothing finer was ever written here. A row
-- counts only while its load is the current one of its object, which the control store says.
CREATE TABLE measures
(
    dataset          LowCardinality(String),
    load             UInt32                         COMMENT 'number in the control store' CODEC(T64, LZ4),
    measure          LowCardinality(String),
    unit             LowCardinality(String),
    bucket           DateTime64(0, 'UTC')           COMMENT 'its beginning, in the time zone of the contract' CODEC(Delta, LZ4),
    grain            LowCardinality(String)         COMMENT 'hour, day, week, month, quarter or year',
    place_kind       LowCardinality(String)         COMMENT 'city, district, stop, h3:9 …',
    place            String                         COMMENT 'empty is the whole city, or a place that the file left out',
    categories       Array(LowCardinality(String))  COMMENT 'in the order of the contract; empty where they are put together',
    value            Float64,
    cohort           UInt64                         COMMENT 'people, trips, payments … that it is made of' CODEC(T64, LZ4),
    contract_version LowCardinality(String),
    loaded_at        DateTime('UTC')
)
ENGINE = MergeTree
PARTITION BY dataset
ORDER BY (dataset, measure, bucket, place, categories)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
