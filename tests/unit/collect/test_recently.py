"""Addresses and agent strings are remembered to be quick, and not for long."""

import gc
from functools import _lru_cache_wrapper

import msgspec

from footfall.collect.places import open_places
from footfall.collect.recently import forget_recent, recently
from footfall.collect.visitor import Salts
from tests.support.asking import Bench, event
from tests.support.collecting import NOW

ADDRESS, AGENT = "91.198.174.77", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 Rare9k"


def remembered(text: str) -> list[str]:
    """Names of all functions in this process whose cache has the text in a key."""
    gc.unfreeze()  # tests freeze what was imported, and what is frozen is not listed
    caches = [one for one in gc.get_objects() if isinstance(one, _lru_cache_wrapper)]
    keys = [(one, key) for one in caches for found in gc.get_referents(one) if isinstance(found, dict) for key in found]
    return sorted({one.__name__ for one, key in keys if text in repr(key)})


def test_address_and_agent_are_in_no_cache_once_the_recent_is_forgotten():
    bench = Bench()
    bench.context.place_of = open_places("")
    bench.context.visitors = Salts(None, now=lambda: NOW, random=lambda size: b"s" * size)
    headers = [(b"x-forwarded-for", ADDRESS.encode()), (b"user-agent", AGENT)]
    assert bench.ask(body=event(), headers=headers, client=("10.0.0.1", 1)).status == 202
    assert set(remembered(ADDRESS)) >= {"last_untrusted", "_address", "is_trusted", "_country"}
    assert remembered("Rare9k") == ["read_agent"]
    forget_recent()
    assert remembered(ADDRESS) == remembered("Rare9k") == []
    assert ADDRESS.encode() not in msgspec.json.encode(bench.journal.lines)


def test_work_is_done_once_until_it_is_forgotten():
    done: list[str] = []

    @recently(10)
    def work(text: str) -> int:
        done.append(text)
        return len(text)

    assert [work("ab"), work("ab")] == [2, 2]
    forget_recent()
    assert work("ab") == 2
    assert done == ["ab", "ab"]
