"""English names of places: countries by ISO 3166-1, regions by ISO 3166-2, cities by GeoNames id. Read when first asked for.

A code without a name here (and a city stored by name) reads as it stands.
"""

import gzip
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from babel import Locale

__all__ = ["codes_of", "name_of"]

DATA = Path(__file__).parent / "data"


def name_of(kind: str, code: str) -> str:
    """The place's name; ``kind`` is country, region or city.

    >>> name_of("country", "DE"), name_of("region", "DE-BY"), name_of("city", "2950159"), name_of("city", "Atlantis")
    ('Germany', 'Bavaria', 'Berlin', 'Atlantis')
    """
    return _names(kind).get(code, code)


def codes_of(kind: str, fits: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """Codes whose name fits, and codes that fit as they are written but whose name does not: a filter must not take these."""
    names = _names(kind)
    chosen = [code for code, name in names.items() if fits(name)]
    mistaken = [code for code, name in names.items() if fits(code) and not fits(name)]
    return chosen, mistaken


@lru_cache(maxsize=3)
def _names(kind: str) -> Mapping[str, str]:
    if kind == "country":
        return {code: str(name) for code, name in Locale("en").territories.items() if len(code) == 2}
    text = gzip.decompress((DATA / ("regions.tsv.gz" if kind == "region" else "cities.tsv.gz")).read_bytes()).decode()
    return dict(line.split("\t", 1) for line in text.splitlines())
