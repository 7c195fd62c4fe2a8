"""Noise on a closed day's counts, once. Chance is opendp's alone: nothing here draws."""

import importlib
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

from footfall.errors import Refused
from footfall.privacy.budget import Noise, hold_floors

__all__ = ["draw", "mechanisms"]

T = TypeVar("T")

CHUNK = 50_000
"""Cells that opendp is given at once, which bounds its memory. A vector in pieces is the same mechanism: each cell has its own noise."""
AT_ONCE = 2
"""Pieces: opendp draws outside the interpreter's lock."""


def draw(counts: Mapping[str, int], known: Collection[str], noise: Noise) -> dict[str, int]:
    """Noisy cells at their threshold or over, by key. A cell that is not there has fewer, or none.

    ``counts`` are bounded before: one unit in at most ``noise.cells`` of them, by one in each. Keys in ``known``, which must not depend on
    the counts, are all drawn, also where nobody came. Other keys have to pass the threshold for secret ones; where all keys of the mart
    are known there are no others, and what has one is left out. Both are cells of one vector: ρ is spent once.

    Raises:
        Refused: the noise is below a floor, or opendp says that it costs more than is charged for it.
    """
    hold_floors(noise)
    _hold_cost(noise)
    known = known if isinstance(known, set | frozenset | Mapping) else set(known)
    found = {key: value for key, value in _known_cells(counts, known, noise) if value >= noise.threshold}
    if noise.secret_threshold:
        found.update(_secret_cells(counts, known, noise))
    # In the order of their names: that of the counts, or of opendp's map, would say more than the cells do.
    return dict(sorted(found.items()))


def mechanisms() -> Any:
    """The module ``privacy.mechanisms``, read when it is first asked for: opendp takes half a second, and a server needs it once a day."""
    return importlib.import_module("footfall.privacy.mechanisms")


def _hold_cost(noise: Noise) -> None:
    rho, delta = mechanisms().cost(noise.cells, noise.sigma, noise.secret_threshold)
    if rho > noise.rho or delta > noise.delta:
        raise Refused(
            "Mart {mart} for {release} would cost ρ {rho:g}, δ {delta:g}; charged are {paid_rho:g}, {paid_delta:g}.",
            mart=noise.mart,
            release=noise.release,
            rho=rho,
            delta=delta,
            paid_rho=noise.rho,
            paid_delta=noise.delta,
        )


def _known_cells(counts: Mapping[str, int], known: Collection[str], noise: Noise) -> Iterator[tuple[str, int]]:
    def drawn(keys: list[str]) -> list[tuple[str, int]]:
        return list(zip(keys, mechanisms().drawn([counts.get(key, 0) for key in keys], noise.sigma), strict=True))

    return _beside(drawn, _chunks(iter(known)))


def _secret_cells(counts: Mapping[str, int], known: Collection[str], noise: Noise) -> Iterator[tuple[str, int]]:
    def drawn(keys: list[str]) -> list[tuple[str, int]]:
        found = mechanisms().drawn_over({key: counts[key] for key in keys}, noise.sigma, noise.secret_threshold)
        return list(found.items())

    return _beside(drawn, _chunks(key for key in counts if key not in known))


def _beside(work: Callable[[list[str]], list[T]], chunks: Iterator[list[str]]) -> Iterator[T]:
    """What comes of all chunks, a few worked on at a time."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="draw") as pool:
        while some := list(islice(chunks, AT_ONCE)):
            for found in pool.map(work, some):
                yield from found


def _chunks(keys: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk
