-- What placements showed and what was clicked, as sums by day: no row is a request's, and nothing is about who asked.
CREATE TABLE shown
(
    site      UInt32,
    day       Date                   COMMENT 'of the portal, when it was told',
    placement LowCardinality(String) COMMENT 'empty: a list without one',
    arm       LowCardinality(String) COMMENT 'of an A/B test; empty without one',
    item      UInt32,
    position  UInt8                  COMMENT 'in the list, from 1',
    bucket    UInt8                  COMMENT 'how likely the item was there, in half powers of two: 2 is a half',
    shown     UInt64,
    clicked   UInt64
)
ENGINE = SummingMergeTree((shown, clicked))
PARTITION BY toYear(day)
ORDER BY (site, day, placement, arm, item, position, bucket)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
