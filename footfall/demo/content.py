"""Items of the demo city's portals: the pages that its visitors see, and more in English and Russian. Made up, the same for one seed."""

import random
from collections.abc import Iterator

import msgspec

from footfall.control.items import put_items
from footfall.control.transactions import Database
from footfall.demo.city import CITY, DemoPortal
from footfall.demo.content_words import PAGES, SUBJECTS, TOPICS_OF, Phrases, Subject
from footfall.vocabulary import Item, Portal

__all__ = ["Labelled", "items_of_demo", "load_content"]

DAY_MS = 86_400_000
EVENT_DAYS, NEWS_DAYS = 45, 120
PLAIN = {
    "en": ("Ask at any office of the city.", "It is open to everybody who lives here.", "Questions are answered by telephone."),
    "ru": ("Обращайтесь в любой центр услуг города.", "Доступно всем жителям.", "На вопросы ответят по телефону."),
}
SUMMARY = {"en": "{title}: who it is for, what it costs, and where to go.", "ru": "{title}: для кого, сколько стоит и куда обратиться."}


class Labelled(msgspec.Struct, frozen=True):
    """An item, and the topic that it is about by the one who made it up; empty is none."""

    item: Item
    topic: str


def load_content(database: Database, portals: dict[str, Portal], *, seed: int, now_ms: int) -> int:
    """Put the city's items into the catalogue of its portals, by domain; how many there are."""
    found = [labelled.item for domain, portal in portals.items() for labelled in items_of_demo(domain, portal.id, seed=seed, now_ms=now_ms)]
    return len(put_items(database, found, now_ms=now_ms, said="demo content put"))


def items_of_demo(domain: str, site: int, *, seed: int, now_ms: int) -> Iterator[Labelled]:
    """The items of one portal of the city, about thirty, with their labels; none of a portal that is not of the city."""
    chance = random.Random(f"{seed} {domain}")
    portal = next((each for each in CITY if each.domain == domain), None)
    if portal is None:
        return
    for path, (title, kind, topic) in PAGES[domain].items():
        phrases = SUBJECTS[topic].en if topic else PLAIN["en"]
        yield Labelled(_item(portal, site, Subject(path, kind, title, ""), "en", phrases, chance, now_ms), topic)
    for topic in TOPICS_OF[domain]:
        for subject in SUBJECTS[topic].subjects:
            for language in ("en", "ru"):
                place = msgspec.structs.replace(subject, slug=_path(topic, subject, language))
                yield Labelled(_item(portal, site, place, language, _said(SUBJECTS[topic], language), chance, now_ms), topic)


def _item(
    portal: DemoPortal, site: int, subject: Subject, language: str, phrases: tuple[str, ...], chance: random.Random, now_ms: int
) -> Item:
    title = subject.ru if language == "ru" else subject.en
    sentences = [*chance.sample(phrases, len(phrases)), chance.choice(PLAIN[language])]
    is_event = subject.kind == "event"
    published_ms = now_ms - chance.randrange(NEWS_DAYS) * DAY_MS
    return Item(
        id=0,
        site=site,
        path=subject.slug,
        url=f"https://{portal.domain}{subject.slug}",
        title=title,
        summary=SUMMARY[language].format(title=title),
        text=" ".join([f"{title}.", *sentences]),
        kind=subject.kind,  # type: ignore[arg-type]
        language=language,
        valid_to_ms=now_ms + chance.randrange(1, EVENT_DAYS) * DAY_MS if is_event else 0,
        published_ms=published_ms if is_event or subject.kind == "article" else 0,
        seen_ms=now_ms,
        source="demo",
    )


def _path(topic: str, subject: Subject, language: str) -> str:
    return f"{'/ru' if language == 'ru' else ''}/{topic}/{subject.slug}"


def _said(phrases: Phrases, language: str) -> tuple[str, ...]:
    return phrases.ru if language == "ru" else phrases.en
