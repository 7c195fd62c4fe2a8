"""Likeness of texts: the next page of GOV.UK's visits from the words of an address, editors' links found again, and time at 10,000 items.

Next page: sequences of pages with how often each was seen, 80 % to learn from, 20 % to ask; each page asks once for the page after it,
weighed by count; all 2,751 pages are ranked, equal ones share their ranks. Splits by sequence swing widely (a few sequences have most
visits), so twenty are drawn and every way is asked on the same ones.
"""

import argparse
import csv
import gzip
import os
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy import sparse

from footfall.interests.taxonomy import taxonomy
from footfall.interests.text import TextIndex, text_of
from footfall.interests.topics import Classifier

GOVUK = Path(os.environ.get("FOOTFALL_DATA", Path(__file__).parents[2] / "shared" / "data")) / "govuk"
SPLITS, LEARNED, SHOWN = 20, 0.8, 10
ITEMS, ASKED = 10_000, 500
Sequences = list[tuple[list[str], int]]
Ranks = Callable[[int], np.ndarray]


def sequences() -> Sequences:
    """Pages in their order, repeats of the same page left out, and how many visits went so."""
    found = []
    for row in csv.DictReader(gzip.open(GOVUK / "unique_sequences_weights.csv.gz", "rt")):
        pages = row["PageSequence"].split(">>")
        pages = [page for place, page in enumerate(pages) if place == 0 or page != pages[place - 1]]
        if len(pages) > 1:
            found.append((pages, int(row["Occurrences"])))
    return found


def tf_idf(pages: Sequence[str], features: Callable[[str], Counter[str]]) -> np.ndarray:
    """The peers' likeness of every page to every page: plain TF-IDF with a dictionary, nothing hashed, nothing cut."""
    places: dict[str, int] = {}
    rows = [{places.setdefault(name, len(places)): 1 + np.log(times) for name, times in features(page).items()} for page in pages]
    columns = np.concatenate([list(row) for row in rows])
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    table = sparse.csr_matrix((np.concatenate([list(row.values()) for row in rows]), columns, starts), shape=(len(pages), len(places)))
    weighed = table.multiply(np.log((1 + len(pages)) / (1 + np.bincount(columns))) + 1).tocsr()
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    unit = sparse.diags(1 / lengths) @ weighed
    return np.asarray((unit @ unit.T).toarray())


def words(page: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", page.casefold()))


def grams(page: str) -> Counter[str]:
    return Counter(page[place : place + length] for length in (3, 4, 5) for place in range(len(page) - length + 1))


def indexed(pages: Sequence[str]) -> np.ndarray:
    """What ``TextIndex.similar`` gives, asked for every page."""
    index = TextIndex()
    index.fill((place, page, "en") for place, page in enumerate(pages))
    found = np.zeros((len(pages), len(pages)))
    for place in range(len(pages)):
        for other, score in index.similar(place, len(pages)):
            found[place, other] = score
    return found


def pairs(of: Sequences, place: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    for pages, times in of:
        for page, following in pairwise(pages):
            yield place[page], place[following], times


def learned(of: Sequences, place: dict[str, int]) -> tuple[np.ndarray, dict[int, Counter[int]]]:
    popular, together = np.zeros(len(place)), defaultdict(Counter)
    for page, following, times in pairs(of, place):
        popular[following] += times
        together[page][following] += times
        together[following][page] += times
    return popular, together


def hits(ranked: Ranks, asked: Sequences, place: dict[str, int]) -> tuple[float, float]:
    """Share of next pages among the first ten, and mean 1 / rank."""
    total = hit = reciprocal = 0.0
    for page, following, times in pairs(asked, place):
        scores = ranked(page)
        better, equal = scores > scores[following], scores == scores[following]
        rank = 1 + better.sum() - better[page] + (equal.sum() - 1 - (equal[page] and page != following)) / 2
        total, hit, reciprocal = total + times, hit + times * (rank <= SHOWN), reciprocal + times / rank
    return hit / total, reciprocal / total


def next_pages() -> None:
    found = sequences()
    pages = sorted({page for way, _ in found for page in way})
    place = {page: number for number, page in enumerate(pages)}
    tables = {"n-grams, plain": tf_idf(pages, grams), "words, plain": tf_idf(pages, words), "TextIndex": indexed(pages)}
    scores = defaultdict(list)
    for split in range(SPLITS):
        order = random.Random(split).sample(found, len(found))
        popular, together = learned(order[: int(LEARNED * len(order))], place)
        asked = order[int(LEARNED * len(order)) :]
        scores["popularity"].append(hits(lambda page, popular=popular: popular, asked, place))
        scores["co-visits"].append(hits(lambda page, together=together: _dense(together[page], len(pages)), asked, place))
        for name, table in tables.items():
            scores[name].append(hits(lambda page, table=table: table[page], asked, place))
    visits = sum(times for _, times in found)
    print(f"next page, {len(found):,} sequences, {visits:,} visits, {len(pages):,} pages, {SPLITS} splits: mean (least to most)")
    peer = np.array(scores["n-grams, plain"]).mean(axis=0)
    for name, told in scores.items():
        mean, ratio = np.mean(told, axis=0), np.mean(told, axis=0) / peer
        (low, low_mrr), (high, high_mrr) = np.min(told, axis=0), np.max(told, axis=0)
        hit, mrr = f"HR@10 {mean[0]:.3f} ({low:.2f} to {high:.2f})", f"MRR {mean[1]:.3f} ({low_mrr:.2f} to {high_mrr:.2f})"
        print(f"next page, {name}: {hit}, {mrr}; ÷ plain n-grams {ratio[0]:.2f}, {ratio[1]:.2f}", flush=True)


def _dense(counts: Counter[int], size: int) -> np.ndarray:
    row = np.zeros(size)
    for place, times in counts.items():
        row[place] = times
    return row


def editors_links() -> None:
    """Links that editors set: whether the page linked to is among the ten most alike, and whether both have a topic in common."""
    rows = list(csv.DictReader(gzip.open(GOVUK / "structural_network_test_sample.csv.gz", "rt")))
    pages = sorted({row[side] for row in rows for side in ("source_base_path", "destination_base_path")})
    index, classifier = TextIndex(), Classifier.fit(taxonomy())
    index.fill((place, page, "en") for place, page in enumerate(pages))
    place = {page: number for number, page in enumerate(pages)}
    topics = {page: {id for id, _ in classifier.topics_of(page.replace("/", " ").replace("-", " "), language="en")} for page in pages}
    for kind in ("related_link", "collection_link", "embedded_link"):
        links = [(row["source_base_path"], row["destination_base_path"]) for row in rows if row["link_type"] == kind]
        hit = sum(place[end] in [id for id, _ in index.similar(place[start], SHOWN)] for start, end in links) / len(links)
        named = [(start, end) for start, end in links if topics[start] and topics[end]]
        shared = sum(bool(topics[start] & topics[end]) for start, end in named) / max(1, len(named))
        chance = np.mean([bool(topics[start] & topics[end]) for start, _ in named for _, end in named])
        print(
            f"editors' links, {kind}: {len(links)}, {hit:.2f} among ten of {len(pages):,}; "
            f"a topic in common {shared:.2f} of {len(named)} with topics, by chance {chance:.2f}",
            flush=True,
        )


def texts(number: int) -> list[str]:
    """Made-up items of 300 words: half of the words of the taxonomy, half no words, few often and many rarely."""
    chance = random.Random(6)
    known = sorted({word for topic in taxonomy() for told in topic.words.values() for text in told for word in text.split()})
    made = ["".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(chance.randint(2, 5))) for _ in range(20_000)]
    all_words = known + made
    chance.shuffle(all_words)
    weights = list(np.cumsum(1 / np.arange(1, len(all_words) + 1) ** 0.8))

    def some(count: int) -> str:
        return " ".join(chance.choices(all_words, cum_weights=weights, k=count))

    return [text_of(some(8), some(25), some(270)) for _ in range(number)]


def times(did: Callable[[int], object], number: int) -> str:
    taken = []
    for place in range(number):
        started = time.perf_counter()
        did(place)
        taken.append((time.perf_counter() - started) * 1000)
    taken.sort()
    return f"p50 {taken[number // 2]:.2f} ms, p99 {taken[int(number * 0.99)]:.2f}, most {taken[-1]:.2f}"


def speed(items: int) -> None:
    index, made = TextIndex(), texts(items + 2 * ASKED)
    started = time.perf_counter()
    index.fill((place, text, "") for place, text in enumerate(made[:items]))
    print(f"text index, {items:,} items of 300 words: filled in {time.perf_counter() - started:.1f} s", flush=True)
    print(f"text index, ten like an item: {times(lambda place: index.similar(place * 7 % items, 10), ASKED)}; limit p50 3", flush=True)
    print(f"text index, ten like a text: {times(lambda place: index.similar(made[items + place], 10), ASKED)}; limit p50 3", flush=True)
    print(f"text index, one added: {times(lambda place: index.add(items + place, made[items + place]), 2 * ASKED)}; limit 50", flush=True)
    print(f"text index, ten like an item, {2 * ASKED:,} new ones not weighed anew: {times(lambda place: index.similar(place, 10), ASKED)}")
    started = time.perf_counter()
    index.refresh()
    print(f"text index, weighed anew: {time.perf_counter() - started:.2f} s", flush=True)


def main(short: bool = False) -> None:
    """Next page and editors' links, where the data are there; then time."""
    if GOVUK.is_dir():
        next_pages()
        editors_links()
    else:
        print("next page: the data of GOV.UK are not there; set FOOTFALL_DATA")
    speed(ITEMS // 5 if short else ITEMS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
