"""A journal line either becomes a hit that every table can hold, or is kept aside as it is."""

import msgspec
import pytest

from footfall.errors import Unavailable
from footfall.store.segments import read_hits, set_aside, write_durably
from tests.support.build import hit

GOOD = msgspec.json.encode(hit("2026-03-10T10:00:00"))


def changed(**values):
    return msgspec.json.encode(msgspec.json.decode(GOOD) | values)


def test_hits_come_in_the_order_of_their_lines(tmp_path):
    path = tmp_path / "a.ndjson"
    path.write_bytes(b"".join(changed(visitor=number) + b"\n" for number in (3, 1, 2)))
    hits, bad = read_hits(path)
    assert [one.visitor for one in hits] == [3, 1, 2]
    assert bad == []


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"null",
        b"\xff",
        GOOD[:-5],
        changed(day="2026-02-30"),
        changed(day="20260210"),
        changed(day="2150-01-01"),
        changed(day="1969-12-31"),
        changed(time_ms=-1),
        changed(time_ms=1 << 60),
        changed(site=-1),
        changed(site=1 << 32),
        changed(visitor=1 << 64),
        changed(visitor=-1),
        changed(engagement_ms=1 << 32),
        changed(engagement_ms=-1),
        changed(scroll_depth=-1),
        changed(props={"a": 1}),
    ],
)
def test_a_line_no_table_could_hold_is_set_apart_and_the_rest_read(tmp_path, line):
    path = tmp_path / "a.ndjson"
    path.write_bytes(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    hits, bad = read_hits(path)
    assert len(hits) == 2
    assert bad == [line + b"\n"]


@pytest.mark.parametrize("values", [{"visitor": (1 << 64) - 1}, {"site": (1 << 32) - 1}, {"engagement_ms": (1 << 32) - 1}, {"time_ms": 0}])
def test_values_at_the_bounds_are_hits(tmp_path, values):
    (tmp_path / "a.ndjson").write_bytes(changed(**values) + b"\n")
    assert len(read_hits(tmp_path / "a.ndjson")[0]) == 1


def test_what_is_set_aside_is_logged_by_count_only(tmp_path, caplog):
    set_aside(tmp_path, "1-a.ndjson", b"secret\nsecret\n")
    assert (tmp_path / "bad" / "1-a.ndjson").read_bytes() == b"secret\nsecret\n"
    assert "2 lines" in caplog.text and "secret" not in caplog.text


def test_a_disk_that_refuses_leaves_nothing_behind(tmp_path):
    (tmp_path / "x").mkdir()
    with pytest.raises(Unavailable, match="disk refuses"):
        write_durably(tmp_path / "x", b"1")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
