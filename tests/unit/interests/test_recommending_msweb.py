"""On real visitors of one week: good enough to notice when it gets worse, and no one is in it."""

import gzip
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from tests.conftest import DATA
from tests.unit.interests.making import item, model, request

TRAINED, ASKED = 8_000, 400


def visitors(name):
    found = []
    with gzip.open(DATA / "msweb" / f"anonymous-msweb.{name}.gz", "rt", encoding="latin-1") as lines:
        for line in lines:
            kind, number, *_ = line.split(",")
            if kind == "C":
                found.append([])
            elif kind == "V":
                found[-1].append(int(number))
    return found


@pytest.mark.realdata
def test_hidden_area_of_a_visitor_is_among_ten_more_often_than_the_popular_are():
    train = visitors("data")[:TRAINED]
    pages = Counter(f"/{area}" for visit in train for area in visit)
    pairs = Counter((f"/{one}", f"/{other}") for visit in train for one, other in combinations(sorted(visit), 2))
    known = model([item(area) for area in range(1000, 1298)], pages=pages, pairs=pairs)
    asked = [visit for visit in visitors("test") if len(visit) > 1][:ASKED]
    hidden = np.random.default_rng(1).integers([len(visit) for visit in asked])

    def found(weights):
        lists = [
            known.recommend(request(recent=tuple(np.delete(visit, at).tolist()), n=10, weights=weights))
            for visit, at in zip(asked, hidden, strict=True)
        ]
        return np.mean([visit[at] in {choice.item for choice in listed} for visit, at, listed in zip(asked, hidden, lists, strict=True)])

    popular = found({"pairs": 0.0, "ease": 0.0})
    assert found({}) > popular + 0.08
    assert found({}) > 0.68
