-- Parts that were replaced went eight minutes later, with the rows that had been deleted of them. They go within a minute now, so what replaces them is
-- on the disk first: without that, a machine that loses its power would lose both.
ALTER TABLE measures MODIFY SETTING old_parts_lifetime = 1, cleanup_delay_period = 1, cleanup_delay_period_random_add = 0,
    merge_tree_clear_old_parts_interval_seconds = 1, min_rows_to_fsync_after_merge = 1;
