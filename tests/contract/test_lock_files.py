"""The lock files: what runs is installed without a resolver, so its list has to be whole, and the same as what is tested."""

import re
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]


def pins(file: str) -> dict[str, str]:
    """Version by name."""
    lines = (ROOT / file).read_text().splitlines()
    return {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", "\n".join(lines), re.MULTILINE)}


def needed_by(name: str, extras: frozenset[str]) -> set[tuple[str, frozenset[str]]]:
    """What the installed package needs here: names, and the extras of each."""
    wanted = [Requirement(text) for text in requires(name) or ()]
    places = [{"extra": extra} for extra in ("", *extras)]
    return {
        (canonicalize_name(each.name), frozenset(each.extras))
        for each in wanted
        if each.marker is None or any(each.marker.evaluate(place) for place in places)
    }


def test_lock_of_what_runs_names_everything_that_runs_and_nothing_else():
    found, waiting = set(), {("footfall", frozenset())}
    while waiting:
        each = waiting.pop()
        found.add(each)
        waiting |= needed_by(*each) - found
    assert {name for name, _ in found} - {"footfall"} == pins("requirements.lock").keys()


def test_what_runs_is_tested_in_the_versions_that_it_is_installed_in():
    runs, tested = pins("requirements.lock"), pins("requirements-dev.lock")
    assert runs == {name: tested.get(name) for name in runs}
