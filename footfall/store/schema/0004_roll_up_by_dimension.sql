-- A dimension of all portals stands together: a page over a whole city reads one stretch, and not a piece of every portal's.
-- A table's order stays as it was made, so it is made again, and what it held is rolled up again: each day has one row more than it had.
DROP TABLE IF EXISTS visits_by_day;

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
ORDER BY (dim, site, value, first)
SETTINGS index_granularity = 512, fsync_after_insert = 1, fsync_part_directory = 1;

INSERT INTO service_days (site, day, rows) SELECT site, day, 1 FROM service_days GROUP BY site, day;
