"""What a visit goes to next, asked after each of its pages, of a model of the days before: V-SkNN as published, beside what is served.

``ms_usage``: events of a shop's visitors, the last 20 % of the days are the test. ``apache``: pages of a web site's access log, visits cut
at half an hour, the last of four days is the test. Both are small; the log of the published figures (YooChoose) may not be redistributed
and is not here. "As published" is k 500, sample 5,000, quadratic weights, idf 5, of Ludewig and others 2021; "cohort" is the same as
``SessionIndex`` answers it, in whole groups of twenty visits; "served" is Model.recommend, which never lists what was seen.
"""

import csv
import gzip
import math
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from itertools import combinations

from bench.recommend.data import DATA
from footfall.interests.evaluate import Answer, measured, replay
from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.request import Request
from footfall.interests.sessions import COHORT, Settings, index_sessions

K = 20
LOGGED = re.compile(r'(\S+) \S+ \S+ \[([^\]]+)\] "GET (\S+) [^"]*" 200 \d+ "[^"]*" "([^"]*)"')
ASSETS = re.compile(r"\.(png|css|js|jpe?g|gif|ico|txt|xml|svg|woff)(\?|$)|flav=", re.IGNORECASE)
HALF_HOUR_S = 1_800
Days = list[list[list[int]]]


def shop() -> Days:
    """Visits by day; a visit is what one visitor saw on it."""
    rows = sorted(
        (float(row["time"]), row["user"], row["item"]) for row in csv.DictReader(gzip.open(DATA / "ms_usage" / "ms_usage.csv.gz", "rt"))
    )
    known: dict[str, int] = {}
    days: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for when, user, item in rows:
        days[int(when // 86_400)][user].append(known.setdefault(item, len(known)))
    return [list(visits.values()) for _, visits in sorted(days.items())]


def log() -> Days:
    known: dict[str, int] = {}
    last: dict[tuple[str, str], tuple[float, list[int]]] = {}
    days: dict[str, list[list[int]]] = defaultdict(list)
    with gzip.open(DATA / "apache_logs" / "apache_logs.gz", "rt") as lines:
        for found in filter(None, map(LOGGED.match, lines)):
            host, when, page, agent = found.groups()
            if ASSETS.search(page) or "bot" in agent.lower() or "spider" in agent.lower():
                continue
            at = datetime.strptime(when, "%d/%b/%Y:%H:%M:%S %z").timestamp()
            before, visit = last.get((host, agent), (0.0, []))
            if at - before > HALF_HOUR_S:
                visit = []
                days[when[:11]].append(visit)
            visit.append(known.setdefault(page.split("?")[0], len(known)))
            last[host, agent] = at, visit
    return [days[day] for day in sorted(days)]


def as_published(visits: Sequence[Sequence[int]]) -> Answer:
    """V-SkNN of session-rec: ``vec`` likeness, quadratic weights of both kinds, idf 5, no reminders."""
    sets, of_item = [set(visit) for visit in visits], defaultdict(list)
    for number, seen in enumerate(sets):
        for item in seen:
            of_item[item].append(number)
    rarity = {item: math.log(len(sets) / len(several)) for item, several in of_item.items()}

    def answer(history: tuple[int, ...]) -> list[int]:
        place = {item: ((at + 1) / len(history)) ** 2 for at, item in enumerate(history)}
        near = sorted({number for item in place for number in of_item[item]}, reverse=True)[:5_000]
        alike = sorted(((sum(place[item] for item in sets[number] & place.keys()) / len(place), number) for number in near), reverse=True)[
            :500
        ]
        scores: dict[int, float] = defaultdict(float)
        for likeness, number in alike:
            steps = next(step for step, item in enumerate(reversed(history), 1) if item in sets[number])
            for item in sets[number]:
                scores[item] += likeness * (1 + 5 * rarity[item]) / steps**2
        return sorted(scores, key=lambda item: (-scores[item], item))[:K]

    return answer


def cohort(visits: Sequence[Sequence[int]], least: int = COHORT) -> Answer:
    index = index_sessions(visits, 1 + max(item for visit in visits for item in visit), Settings(cohort=least))

    def answer(history: tuple[int, ...]) -> list[int]:
        found = index.ask([item for item in history if item < index.items])
        return [int(item) for _, item in sorted(zip(-found.scores, found.ids, strict=True))[:K]]

    return answer


def served(visits: Sequence[Sequence[int]]) -> Answer:
    """The whole model, with pairs of fewer than ten visits left out everywhere."""
    items = [Item(id=at + 1, site=1, path=str(at), url="", title=str(at)) for at in sorted({item for visit in visits for item in visit})]
    pairs: dict[tuple[str, str], float] = defaultdict(float)
    pages: dict[str, float] = defaultdict(float)
    for visit in visits:
        for item in set(visit):
            pages[str(item)] += 1
        for one, other in combinations(sorted(set(visit)), 2):
            pairs[str(one), str(other)] += 1
    model = learn(items, {1: Counts(pairs=pairs, pages=pages, sessions=[[item + 1 for item in visit] for visit in visits])})

    def answer(history: tuple[int, ...]) -> list[int]:
        asked = Request(site=1, current=history[-1] + 1, recent=tuple(item + 1 for item in history[:-1]), n=K, now_ms=1)
        return [choice.item - 1 for choice in model.recommend(asked)]

    return answer


def popular(visits: Sequence[Sequence[int]]) -> Answer:
    times: dict[int, int] = defaultdict(int)
    for visit in visits:
        for item in set(visit):
            times[item] += 1
    best = sorted(times, key=lambda item: (-times[item], item))[: 10 * K]
    return lambda history: [item for item in best if item not in history][:K]


WAYS = {
    "popular": popular,
    "V-SkNN as published": as_published,
    "cohort 1": lambda visits: cohort(visits, 1),
    "cohort": cohort,
    "served": served,
}


def main(short: bool = False) -> None:
    """A line for each way on each log."""
    for name, days in (("ms_usage", shop()), ("apache", log())):
        cut = int(0.8 * len(days)) if name == "ms_usage" else len(days) - 1
        before, after = [visit for day in days[:cut] for visit in day], [visit for day in days[cut:] for visit in day]
        catalogue = len({item for visit in before for item in visit})
        for way, learned in WAYS.items():
            found = measured(replay([before, after], learned, K, time.perf_counter), catalogue)
            all_of = f"HR@{K} {found.hit_rate:.3f}, MRR {found.mrr:.3f} of {found.questions}"
            novel = f"novel {found.novel_hit_rate:.3f}, {found.novel_mrr:.3f} of {found.novel_questions}"
            spread = f"coverage {found.coverage:.2f}, gini {found.gini:.2f}"
            print(f"visits, {name}, {way}: {all_of}; {novel}; {spread}; {found.p50_ms:.2f} and {found.p99_ms:.2f} ms", flush=True)


if __name__ == "__main__":
    main()
