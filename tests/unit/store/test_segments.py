"""A journal line either becomes a hit that every table can hold, or is kept aside as it is."""

from unittest.mock import patch

import msgspec
import pytest

from footfall.errors import Unavailable
from footfall.store import segments
from footfall.store.segments import set_aside, write_durably
from tests.support.build import hit, ms

GOOD = msgspec.json.encode(hit("2026-03-10T10:00:00"))


def read_hits(path):
    """All that is in it; the same in pieces of a line or two."""
    found = []
    for size in (segments.PIECE_BYTES, 1, 2 * len(GOOD)):
        with patch.object(segments, "PIECE_BYTES", size):
            pieces = [*segments.read_hits(path)]
        found.append(tuple([one for piece in pieces for one in piece[kind]] for kind in (0, 1)))
    assert found[0] == found[1] == found[2]
    return found[0]


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
        changed(path=5),
        changed(visitor=1 << 70),
        changed(site=1.0),
        changed(time_ms=float(ms("2026-03-10T10:00:00"))),
        changed(engagement_ms="5"),
        changed(interactive=1),
        GOOD.replace(b'"name"', b'"eman"'),
        GOOD.replace(b"/", b"\x00"),
        GOOD.replace(b"/", b"\xff"),
        GOOD.replace(b"/", b"\r"),
        GOOD + b"\x00",
        GOOD + GOOD,
        GOOD + b" " + GOOD,
        GOOD + b"\r" + GOOD,
        b" ",
        b"\r",
        b"[" + GOOD + b"]",
    ],
)
def test_a_line_no_table_could_hold_is_set_apart_and_the_rest_read(tmp_path, line):
    path = tmp_path / "a.ndjson"
    path.write_bytes(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    hits, bad = read_hits(path)
    assert len(hits) == 2
    assert bad == [line + b"\n"]


@pytest.mark.parametrize(
    "line",
    [
        changed(later_version={"a": [1, {"b": "}\n{"}]}, visit=5, seq=1),
        b'{ "name":"pageview", "path" : "/" ,"visitor":1,\t"day":"2026-03-10",'
        b'"hostname":"portal.example","time_ms":1773136800000,"site":1}',
        b"  " + GOOD + b" \r",
        GOOD.replace(b'"/"', b'"\\u002f"'),
        GOOD.replace(b'"path":"/"', b'"path":"/other","path":"/"'),
    ],
    ids=["fields of a later version", "another order, spaces", "space around it", "an escape", "a field twice"],
)
def test_a_line_written_in_another_manner_is_the_same_hit(tmp_path, line):
    path = tmp_path / "a.ndjson"
    path.write_bytes(GOOD + b"\n" + line + b"\n")
    (one, other), bad = read_hits(path)
    assert (one, bad) == (other, [])


@pytest.mark.parametrize("text", ["Привет, 🎈", 'a","visitor":2,"b":"', "}\n{", "\x00\x01\u2028", "\\", "\\u0000", "/%s/{site:UInt32}"])
def test_any_text_is_read_as_it_was_written(tmp_path, text):
    path = tmp_path / "a.ndjson"
    path.write_bytes(changed(path=text, props={text: text}) + b"\n" + GOOD + b"\n")
    (first, second), bad = read_hits(path)
    assert (first.path, first.props, first.visitor, second.path, bad) == (text, {text: text}, 1, "/", [])


@pytest.mark.parametrize(
    "content", [GOOD + b"\n" + GOOD, GOOD + GOOD + b"\n\n", b"\n" + GOOD + GOOD, GOOD[:20] + b"\n" + GOOD[20:] + GOOD + b"\n"]
)
def test_a_hit_is_a_line_even_if_there_are_as_many_of_each(tmp_path, content):
    path = tmp_path / "a.ndjson"
    path.write_bytes(content)
    hits, bad = read_hits(path)
    assert len(hits) == sum(line == GOOD for line in content.split(b"\n"))
    assert len(hits) + len(bad) == len(content.removesuffix(b"\n").split(b"\n"))
    assert b"".join(bad).strip() in (b"", content.strip())


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
