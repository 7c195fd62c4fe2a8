"""Panels made for tests: pages of portals with weekdays in common, noise of their own, and what is planted in them."""

from datetime import UTC, datetime

import numpy as np

from footfall.trends.panel import Panel, Step

WEEKDAYS = np.array([1.0, 1.1, 1.05, 1.0, 0.9, 0.5, 0.45])


def panel_of(values, step: Step = "day", groups=None, dimension="page") -> Panel:
    values = np.asarray(values, dtype=np.float64)
    groups = np.zeros(len(values), dtype=np.int32) if groups is None else np.asarray(groups, dtype=np.int32)
    keys = tuple((int(group) + 1, dimension, f"/{row}") for row, group in enumerate(groups))
    return Panel(keys=keys, first=datetime(2026, 1, 5, tzinfo=UTC), step=step, values=values, groups=groups)


def means(keys=60, days=70, portals=1):
    """[keys, days]: levels from 30 to 3,000, weekdays in common, and days that are busier for a portal as a whole."""
    chance = np.random.default_rng(5)
    levels = np.exp(chance.uniform(np.log(30), np.log(3000), keys))
    busy = np.exp(chance.normal(0, 0.05, (portals, days)))[np.arange(keys) % portals]
    return levels[:, None] * WEEKDAYS[np.arange(days) % 7] * busy


def counted(mean, seed=1, dispersion=2.0):
    """Negative binomial counts of these means."""
    chance = np.random.default_rng(seed)
    return chance.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(np.float64)
