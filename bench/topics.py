"""How often topics are right: on texts written for it, on the addresses of GOV.UK's pages, and what corrections add.

``data/labelled_texts.tsv`` (language, topics, title, summary) was written by hand for this, not taken from the taxonomy; of each topic
and language the first is *tune*. ``data/labelled_govuk.tsv`` (topics, path; MIT, alphagov/govuk-related-links-recommender) are pages
drawn at random and labelled by one reader after the lists were written; every second is *tune*. Scores were fitted to *tune*; figures are
of the rest. What was wrong in both halves of the addresses was looked at once, and nine words of the lists were moved or dropped after it
(council, vehicle, park …), so the addresses flatter a little.
"""

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from footfall.interests import topics as scoring
from footfall.interests.lexicon import Lexicon
from footfall.interests.text import TextIndex
from footfall.interests.topics import Classifier, Labelled, taxonomy

DATA = Path(__file__).parent / "data"
PULL = 0.05
"""Of the fitted numbers to 0."""
ON_EVERY_PAGE = {
    "en": "Apply online or in person at the service centre. Bring your passport. How to get here: bus 5 and tram 2 to the town hall; "
    "parking is available nearby. You may complain to the city council. Subscribe to hear about events. There is no fee.",
    "ru": "Подать заявление можно онлайн или лично в центре услуг. Возьмите с собой паспорт. Как добраться: автобус 5 и трамвай 2 "
    "до остановки «Мэрия», рядом есть парковка. Жалобы принимает администрация города. Подпишитесь, чтобы узнавать о событиях. "
    "Госпошлина не взимается.",
}
"""What a text may say whatever it is about."""
Said = tuple[tuple[str, float], ...]


class Text(NamedTuple):
    """A labelled text: all its topics are right, the first is the one that must not be missed."""

    title: str
    summary: str
    language: str
    topics: tuple[str, ...]
    is_tune: bool


def written() -> list[Text]:
    seen: set[tuple[str, str]] = set()
    found = []
    for language, told, title, summary in csv.reader((DATA / "labelled_texts.tsv").open(encoding="utf-8"), delimiter="\t"):
        found.append(Text(title, summary, language, tuple(told.split()), (language, told) not in seen and " " not in told))
        seen.add((language, told))
    return found


def govuk() -> list[Text]:
    """Titles are the words of the address without its first folders, which tell the kind of page alone."""
    rows = csv.reader((DATA / "labelled_govuk.tsv").open(encoding="utf-8"), delimiter="\t")
    return [Text(_title(path), "", "en", tuple(told.split()), place % 2 == 0) for place, (told, path) in enumerate(rows)]


def _title(path: str) -> str:
    folders = path.strip("/").split("/")
    skipped = 2 if folders[0] == "government" else int(folders[0] in ("guidance", "print", "hmrc-internal-manuals"))
    return " ".join(folders[skipped:]).replace("-", " ")


def quality(texts: Sequence[Text], say: Callable[[Text], Said]) -> str:
    """Precision, recall and F1 over all topics said (micro), F1 a topic (macro), and whether the best is right."""
    told = [(text, say(text)) for text in texts]
    pairs = [(text, topic) for text, said in told for topic, _ in said]
    right = sum(topic in text.topics for text, topic in pairs)
    wanted = sum(len(text.topics) for text in texts)
    f1 = []
    for topic in sorted({topic for text in texts for topic in text.topics}):
        both = sum(topic in text.topics for text, said in pairs if said == topic)
        f1.append(2 * both / (sum(said == topic for _, said in pairs) + sum(topic in text.topics for text in texts)))
    labelled = [(text, said) for text, said in told if text.topics]
    best = sum(bool(said) and said[0][0] in text.topics for text, said in labelled) / len(labelled)
    precision, recall = right / max(1, len(pairs)), right / wanted
    both_of = 2 * right / (len(pairs) + wanted)
    return f"precision {precision:.3f}, recall {recall:.3f}, F1 micro {both_of:.3f} macro {sum(f1) / len(f1):.3f}, best is right {best:.3f}"


def nearest_list() -> Callable[[Text], Said]:
    """The peer: the topic whose list of words, as one text, is most like the title and summary."""
    index, ids = TextIndex(), [topic.id for topic in taxonomy()]
    index.fill((place, " ".join(word for told in topic.words.values() for word in told), "") for place, topic in enumerate(taxonomy()))
    return lambda text: tuple(
        (ids[place], score) for place, score in index.similar(f"{text.title}\n{text.summary}", 1, language=text.language)
    )


def by(classifier: Classifier) -> Callable[[Text], Said]:
    return lambda text: classifier.topics_of(text.title, text.summary, language=text.language)


def with_the_usual(classifier: Classifier) -> Callable[[Text], Said]:
    return lambda text: classifier.topics_of(text.title, text.summary, ON_EVERY_PAGE[text.language], language=text.language)


def corrected(texts: Sequence[Text]) -> Classifier:
    return Classifier.fit(taxonomy(), [Labelled(text.title, text.topics, text.summary, language=text.language) for text in texts])


def calibration(texts: Sequence[Text], say: Callable[[Text], Said]) -> str:
    """Of topics said with a score about s, how many are right."""
    scored = [(score, topic in text.topics) for text in texts for topic, score in say(text)]
    parts = []
    for low in (0.2, 0.4, 0.6, 0.8):
        inside = [(score, right) for score, right in scored if low <= score < low + 0.2 + (low == 0.8)]
        if inside:
            mean = sum(score for score, _ in inside) / len(inside)
            parts.append(f"{mean:.2f}: {sum(right for _, right in inside) / len(inside):.2f} ({len(inside)})")
    return "; ".join(parts)


def fitted(texts: Sequence[Text]) -> list[float]:
    """The four numbers of the score, by maximum likelihood over all topics that any word of a text speaks of."""
    lexicon, ids = Lexicon(taxonomy()), [topic.id for topic in taxonomy()]
    rows, right = [], []
    for text in texts:
        found = lexicon.evidence([(text.title, scoring.TITLE), (text.summary, scoring.SUMMARY)], text.language)
        for place in np.flatnonzero(found):
            rows.append([1, np.log(found[place]), np.log(found[place] / found.sum()), np.log(found[place] / found.max())])
            right.append(float(ids[place] in text.topics))
    table, wanted = np.array(rows), np.array(right)

    def loss(weights: np.ndarray) -> float:
        odds = table @ weights
        return float(np.logaddexp(0, odds).sum() - wanted @ odds + PULL * weights @ weights)

    return [round(float(value), 2) for value in minimize(loss, np.zeros(4), method="L-BFGS-B").x]


def main(short: bool = False) -> None:
    """Quality on both sets, beside the peer; what scores are worth; what corrections add; time."""
    started = time.perf_counter()
    plain = Classifier.fit(taxonomy())
    print(f"topics, reading the lists: {time.perf_counter() - started:.2f} s", flush=True)
    sets = {"written texts": written(), "GOV.UK addresses": govuk()}
    tune = [text for texts in sets.values() for text in texts if text.is_tune]
    for name, texts in sets.items():
        rest = [text for text in texts if not text.is_tune]
        for language in sorted({text.language for text in rest}):
            print(f"topics, {name}, {language}: {quality([text for text in rest if text.language == language], by(plain))}", flush=True)
        print(f"topics, {name}, all {len(rest)}: {quality(rest, by(plain))}", flush=True)
        print(f"topics, {name}, the nearest list as a whole (peer): {quality(rest, nearest_list())}", flush=True)
        print(f"topics, {name}, with a text of what every page says: {quality(rest, with_the_usual(plain))}", flush=True)
        print(f"topics, {name}, with {len(tune)} corrected items: {quality(rest, by(corrected(tune)))}", flush=True)
        print(f"topics, {name}, mean score: share that is right (topics said): {calibration(rest, by(plain))}", flush=True)
        nothing = [text for text in rest if not text.topics]
        if nothing:
            print(
                f"topics, {name}, of no topic: {sum(bool(by(plain)(text)) for text in nothing)} of {len(nothing)} were given one",
                flush=True,
            )
    used = (scoring.SAID, scoring.LOUD, scoring.SHARE, scoring.BEST)
    print(f"topics, numbers of the score fitted anew: {fitted(tune)}; in use: {list(used)}", flush=True)
    started = time.perf_counter()
    for text in sets["written texts"]:
        by(plain)(text)
    print(f"topics of a title and summary: {(time.perf_counter() - started) / len(sets['written texts']) * 1000:.2f} ms", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true")
    main(parser.parse_args().short)
