-- Dimensions that lie in one another (a source in a channel) are rolled up together too, so that the gate knows what a coarser breakdown
-- tells of a finer one. What was rolled up before is so again: each day has one row more than it had.
INSERT INTO service_days (site, day, rows) SELECT site, day, 1 FROM service_days GROUP BY site, day;
