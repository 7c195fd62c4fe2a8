"""What a visit goes to next, asked after each of its pages, of a model of the days before: V-SkNN as published, beside what is served.

``ms_usage``: events of a shop's visitors, the last 20 % of the days are the test. ``apache``: pages of a web site's access log, visits cut
at half an hour, the last of four days is the test. Both are small; the log of the published figures (YooChoose) may not be redistributed
and is not here. "As published" is k 500, sample 5,000, quadratic weights, idf 5, of Ludewig and others 2021: it is here to
compare with, and in no product, because it tells what single visits did. "Exact" is Model.recommend of true counts, "served" of counts
drawn as the marts draw a week; both never list what was seen.
"""

import csv
import gzip
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bench.recommend.data import DATA
from footfall.interests.covisits import bounded_pairs
from footfall.interests.evaluate import Answer, measured, replay
from footfall.interests.items import Item
from footfall.interests.learning import Counts, learn
from footfall.interests.request import Request
from footfall.privacy.budget import noise_of
from footfall.privacy.marts import MARTS
from footfall.privacy.noise import draw

K = 20
LOGGED = re.compile(r'(\S+) \S+ \S+ \[([^\]]+)\] "GET (\S+) [^"]*" 200 \d+ "[^"]*" "([^"]*)"')
ASSETS = re.compile(r"\.(png|css|js|jpe?g|gif|ico|txt|xml|svg|woff)(\?|$)|flav=", re.IGNORECASE)
HALF_HOUR_S = 1_800
Days = list[list[list[int]]]
Draw = Callable[[Counter[str]], Mapping[str, int]]


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


def _exact(times: Counter[str]) -> Mapping[str, int]:
    return times


def _drawn(mart: str) -> Draw:
    noise = noise_of("city", {one.name: one for one in MARTS}[mart])
    return lambda times: draw(dict(times), (), noise)


def exact(visits: Sequence[Sequence[int]]) -> Answer:
    """The product's model, given true counts; pairs of fewer than ten visits are left out."""
    return _model(visits, _exact, _exact)


def served(visits: Sequence[Sequence[int]]) -> Answer:
    """What is served: the model of numbers drawn of one week."""
    return _model(visits, _drawn("co_visit"), _drawn("page"))


def _model(visits: Sequence[Sequence[int]], pairs_of: Draw, pages_of: Draw) -> Answer:
    items = [Item(id=at + 1, site=1, path=str(at), url="", title=str(at)) for at in sorted({item for visit in visits for item in visit})]
    pages = Counter(str(item) for visit in visits for item in set(visit))
    seen = (bounded_pairs(visit, number.to_bytes(8, "big")) for number, visit in enumerate(visits))
    pairs = pairs_of(Counter(f"{one} {other}" for of_visit in seen for one, other in of_visit))
    counts = Counts(
        pairs={(one, other): times for key, times in pairs.items() for one, other in [key.split()]},
        pages=pages_of(pages),
        visitors=len(visits),
        sigma=0.0 if pairs_of is _exact else noise_of("city", {one.name: one for one in MARTS}["co_visit"]).sigma,
    )
    model = learn(items, {1: counts})

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
    "the model, exact": exact,
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
