"""The graph to take away: a picture that stands alone and reads as XML whatever an address held."""

from datetime import UTC, datetime
from types import SimpleNamespace
from xml.etree import ElementTree

import msgspec
import pytest

from footfall.serve.pages.drawing import Drawing, as_rows, as_svg
from footfall.serve.pages.graph import draw
from footfall.serve.pages.language import language
from footfall.serve.pages.view import Chip, View
from footfall.vocabulary import Answer, Portal, Row

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PORTAL = Portal(id=1, domain="library.example", umami_id="")
SVG = "{http://www.w3.org/2000/svg}"


def drawing(*, values=(40, 50, 60, 12), view=None):
    labels = [f"2026-03-{day:02}" for day in range(1, 5)]
    pairs = zip(labels, values, strict=True)
    rows = tuple(Row((label,), (value,), comparison=Row((label,), (value - 1,))) for label, value in pairs if value is not None)
    answer = Answer(
        rows=rows,
        meta={"time_labels": labels, "release": {"smallest_cohort": 10}},
        query={"date_range": ["2026-03-01T00:00:00+00:00", "2026-03-04T23:59:59+00:00"]},
    )
    first, last = (datetime.fromisoformat(text) for text in answer.query["date_range"])
    return Drawing(
        portal=PORTAL,
        view=view or View(compare="previous"),
        graph=draw(SimpleNamespace(answer=answer), NOW),
        first=first,
        last=last,
        complete_until=NOW,
    )


def texts(svg):
    return ["".join(node.itertext()).strip() for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_drawing_says_whose_numbers_of_when_and_until_when_they_are_complete():
    said = texts(as_svg(drawing(), language("en")))
    assert said[0] == "library.example: Visitors"
    assert said[1] == "Mar 1\u2009–\u20094, 2026 · Compare: Previous period"
    assert {"60", "Mar 1", "compared period", "the last step is not over"} <= set(said)
    assert said[-1] == "Every event accepted before 12:00 on Mar 4, 2026 is counted."


def test_drawing_has_line_comparison_and_a_dashed_step_that_runs():
    found = list(ElementTree.fromstring(as_svg(drawing(), language("en"))).iter(f"{SVG}polyline"))
    assert [line.get("stroke-dasharray") for line in found] == [None, None, "5 5"]
    assert [line.get("stroke") for line in found] == ["#525c6e", "#0b6b6b", "#0b6b6b"]


def test_drawing_speaks_the_reader_s_language():
    assert texts(as_svg(drawing(), language("ru")))[0] == "library.example: Посетители"


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "\"'&", "a\x01b\x0c", "\ud800 alone", "]]>"])
def test_drawing_is_xml_without_script_whatever_a_filter_holds(value):
    svg = as_svg(drawing(view=View(filters=(Chip("is", "page", (value,)),))), language("en"))
    tags = {node.tag.removeprefix(SVG) for node in ElementTree.fromstring(svg).iter()}
    assert tags == {"svg", "title", "rect", "text", "g", "line", "polygon", "polyline"}


def test_drawing_without_numbers_says_so():
    assert "No numbers to draw" in texts(as_svg(drawing(values=(None,) * 4), language("en")))


def test_numbers_tell_which_step_is_not_over():
    assert list(as_rows(drawing(values=(40, None, 60, 12)), language("en"))) == [
        ["Time", "Visitors", "Before", "Complete"],
        ["2026-03-01", 40, 39, "yes"],
        ["2026-03-02", None, None, "yes"],
        ["2026-03-03", 60, 59, "yes"],
        ["2026-03-04", 12, 11, "no"],
    ]
    assert next(as_rows(drawing(view=View()), language("en"))) == ["Time", "Visitors", "Complete"]


def test_steps_that_are_yet_to_come_are_not_complete():
    early = datetime(2026, 3, 2, 12, tzinfo=UTC)
    labels = [f"2026-03-{day:02}" for day in range(1, 5)]
    answer = Answer(
        rows=(Row((labels[0],), (40,)), Row((labels[1],), (12,))),
        meta={"time_labels": labels, "release": {"smallest_cohort": 10}},
        query={"date_range": ["2026-03-01T00:00:00+00:00", "2026-03-04T23:59:59+00:00"]},
    )
    shown = msgspec.structs.replace(drawing(view=View()), graph=draw(SimpleNamespace(answer=answer), early))
    assert [row[-1] for row in as_rows(shown, language("en"))] == ["Complete", "yes", "no", "no", "no"]
