"""A sealed portal made up for tests and benches: its cells by day, with the noise and the thresholds that the city's have."""

from datetime import date, timedelta

import numpy as np

from footfall.privacy.budget import noise_of
from footfall.reports.mart_keys import MARTS_BY_NAME
from footfall.trends.drawn import DrawnMart
from tests.unit.trends.making import WEEKDAYS

FIRST, DAYS = date(2026, 1, 8), 84
LAST = FIRST + timedelta(days=DAYS - 1)
TOPICS = {"parks": ["/p0", "/p1"]}
LEVELS = {"parks": 2400, "tax": 2000, "work": 1600, "schools": 1500, "waste": 1200}
HOURS = {"09": 0.3, "13": 0.4, "20": 0.2, "23": 0.1}


def drawn(dimension, mart, means, chance):
    """Cells of a mart over twelve weeks by their means [days] of each (value, rest), with the noise and threshold that the city's have."""
    noise, cells = noise_of("city", MARTS_BY_NAME[mart]), {}
    for (value, rest), mean in means.items():
        found = chance.poisson(mean) + np.rint(chance.normal(0, noise.sigma, DAYS))
        for place in np.flatnonzero(found >= noise.threshold):
            cells[FIRST + timedelta(days=int(place)), value, rest] = int(found[place])
    return DrawnMart(dimension=dimension, sigma=noise.sigma, threshold=noise.threshold, cells=cells)


def marts(seed=1, lately=None):
    """A portal of 4,000 visitors a day, its topics by hour, thirty pages and some sources; ``lately`` has factors of the last two days."""
    chance = np.random.default_rng(seed)
    day = WEEKDAYS[(np.arange(DAYS) + 3) % 7] * np.exp(chance.normal(0, 0.05, DAYS))

    def mean(level, value):
        found = level * day
        found[-2:] *= (lately or {}).get(value, 1.0)
        return found

    pages = {(f"/p{number}", ""): mean(900 * 0.91**number, f"/p{number}") for number in range(30)}
    topics = {(topic, hour): mean(level * part, topic) for topic, level in LEVELS.items() for hour, part in HOURS.items()}
    sources = {(name, "Search"): mean(level, name) for name, level in (("Google", 1500), ("Yandex", 800), ("Mail", 90))}
    return [
        drawn("portal", "portal", {("", ""): mean(4000, "")}, chance),
        drawn("topic", "topic_hour", topics, chance),
        drawn("page", "page", pages, chance),
        drawn("source", "source", sources, chance),
    ]
