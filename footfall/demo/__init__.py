"""A demo city: its portals, weeks of history with known truth, and a trickle of live traffic."""
