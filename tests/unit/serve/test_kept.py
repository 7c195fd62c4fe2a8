"""What is kept for a short while."""

from footfall.serve import kept
from footfall.serve.kept import Kept


def test_what_was_kept_is_found_until_its_life_is_over():
    now = [0]
    pages = Kept(1000, lambda: now[0])
    pages.keep("a", "page")
    now[0] = 999
    assert (pages.find("a"), pages.find("b")) == ("page", None)
    now[0] = 1000
    assert pages.find("a") is None


def test_oldest_go_first_when_there_are_too_many(monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)
    pages = Kept(1000, lambda: 0)
    for name in ("a", "b", "a", "c"):
        pages.keep(name, name)
    assert [pages.find(name) for name in "abc"] == ["a", None, "c"]
