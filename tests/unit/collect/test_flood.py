"""The rate limit: so many at once, then evenly, each address for itself."""

from footfall.collect import flood


def test_a_minutes_worth_passes_at_once_and_then_evenly():
    allow = flood.make_limit(60)
    assert [allow("a", 0) for _ in range(61)] == [True] * 60 + [False]
    assert [allow("a", 999), allow("a", 1000), allow("a", 1000), allow("a", 2000)] == [False, True, False, True]
    assert allow("b", 0)


def test_zero_is_no_limit():
    allow = flood.make_limit(0)
    assert all(allow("a", 0) for _ in range(1000))


def test_addresses_that_are_as_good_as_new_are_forgotten_first(monkeypatch):
    monkeypatch.setattr(flood, "MOST_ADDRESSES", 10)
    allow = flood.make_limit(1)
    assert allow("busy", 100_000)
    assert all(allow(str(number), number) for number in range(9))
    assert allow("new", 100_001)
    assert not allow("busy", 100_002)


def test_memory_is_bounded_when_all_are_busy(monkeypatch):
    monkeypatch.setattr(flood, "MOST_ADDRESSES", 10)
    allow = flood.make_limit(1)
    assert all(allow(str(number), 0) for number in range(100))
    assert not allow("99", 0)


def test_addresses_that_are_as_good_as_new_are_forgotten_within_a_minute():
    allow = flood.make_limit(60)
    (kept,) = (cell.cell_contents for cell in allow.__closure__ if isinstance(cell.cell_contents, dict))
    assert allow("seen once", 1_000_000)
    assert allow("another", 1_060_000)
    assert list(kept) == ["another"]
