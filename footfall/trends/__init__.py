"""Trends: what rises or falls against what its own past, its portal and the calendar let one expect."""
