"""``footfall ask``: a question of the stats API on the command line."""

import json as jsonlib
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from footfall.cli.backend import open_backend
from footfall.cli.terminal import Home, Json, console, print_json, print_table, settings_of
from footfall.errors import BadInput

__all__ = ["Filters", "Range", "ask", "parse_filter", "parse_order", "print_answer", "question_of"]

Metrics = Annotated[str, Parameter(help="Commas between: visitors, visits, pageviews, bounce_rate, visit_duration, …")]
By = Annotated[str, Parameter(help="Dimensions, commas between, such as visit:source or time:day.", show_default=False)]
Range = Annotated[str, Parameter(name="--range", help="day, 24h, 7d, 30d, month, 12mo, year, all, or two dates with a comma.")]
Filters = Annotated[
    tuple[str, ...],
    Parameter(
        name="--filter",
        negative="",
        show_default=False,
        help='"DIMENSION OPERATOR VALUE,VALUE" such as "visit:source is Google,Bing", or JSON; may be repeated, all must hold.',
    ),
]
Compare = Annotated[Literal["previous_period", "year_over_year"] | None, Parameter(help="Set beside an earlier period.")]
Order = Annotated[
    tuple[str, ...],
    Parameter(negative="", show_default=False, help='"visitors desc" or "event:page asc"; may be repeated, the first weighs most.'),
]
Limit = Annotated[int, Parameter(help="Most rows, 1 to 10000.")]


def ask(
    domain: str,
    metrics: Metrics = "visitors,visits,pageviews",
    /,
    *,
    by: By = "",
    date_range: Range = "30d",
    filters: Filters = (),
    compare: Compare = None,
    order: Order = (),
    limit: Limit = 20,
    home: Home = None,
    json: Json = False,
) -> None:
    """Ask a question and print the answer as a table (with --json as the API gives it)."""
    question = question_of(domain, metrics, by=by, date_range=date_range, filters=filters) | {
        "order_by": [parse_order(text) for text in order],
        "pagination": {"limit": limit},
        "include": {"comparisons": {"mode": compare}} if compare else {},
    }
    with open_backend(settings_of(home)) as backend:
        answer = backend.ask(question)
    print_json(answer) if json else print_answer(answer)


def question_of(domain: str, metrics: str, *, by: str, date_range: str, filters: tuple[str, ...]) -> dict[str, Any]:
    """The API's question behind the words of the command line."""
    return {
        "site_id": domain,
        "metrics": _split(metrics),
        "dimensions": _split(by),
        "date_range": _split(date_range) if "," in date_range else date_range,
        "filters": [parse_filter(text) for text in filters],
    }


def parse_filter(text: str) -> Any:
    """The API's filter: JSON as it is, or ``visit:source is Google,Bing`` taken apart.

    Raises:
        BadInput: it is neither.
    """
    try:
        if text.lstrip().startswith("["):
            return jsonlib.loads(text)
        dimension, operator, values = text.split(maxsplit=2)
    except ValueError:
        valid = '"visit:source is Google,Bing" or ["is","visit:source",["Google","Bing"]]'
        raise BadInput(f"Filter {text!r} is not valid. Valid: {valid}.") from None
    return [operator, dimension, _split(values)]


def parse_order(text: str) -> list[str]:
    """``visitors desc`` as the API takes it; without a direction numbers go down.

    Raises:
        BadInput: it is something else.
    """
    name, _, direction = text.strip().rpartition(" ") if " " in text.strip() else (text.strip(), "", "desc")
    if not name or direction not in ("asc", "desc"):
        raise BadInput(f'Order {text!r} is not valid. Valid: "visitors desc", "event:page asc".')
    return [name.strip(), direction]


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def print_answer(answer: dict[str, Any]) -> None:
    """The API's answer as a table, with what a reader of the numbers must know below it."""
    query = answer["query"]
    compared = bool(query.get("include", {}).get("comparisons"))
    metrics = query["metrics"]
    columns = [*query["dimensions"], *(name for metric in metrics for name in ((metric, "change") if compared else (metric,)))]
    print_table(columns, (_cells(result, compared=compared) for result in answer["results"]), empty=_why_empty(answer))
    for line in _notes(answer):
        console.print(line, style="dim", markup=False)


def _why_empty(answer: dict[str, Any]) -> str:
    release = answer["meta"]["release"]
    if release["withheld"]:
        return f"Nothing that {release['smallest_cohort']} or more visitors did; try a longer --range, or fewer dimensions and filters."
    if answer["query"].get("filters"):
        return "Nothing in this range fits the filters; try a longer --range, or fewer filters."
    return "Nothing in this range; try a longer --range, and `footfall doctor` if events should be there."


def _cells(result: dict[str, Any], *, compared: bool) -> list[Any]:
    changes = result.get("comparison", {}).get("change") or [None] * len(result["metrics"])
    pairs = zip(result["metrics"], changes, strict=True)
    return [*result["dimensions"], *(value for pair in pairs for value in (pair if compared else pair[:1]))]


def _notes(answer: dict[str, Any]) -> list[str]:
    """What a reader of the numbers must know: range, gate, and each metric's note."""
    first, last = answer["query"]["date_range"]
    release = answer["meta"]["release"]
    notes = [f"{first[:10]} to {last[:10]} · policy {release['policy']}"]
    if release["smallest_cohort"]:
        notes.append(f"rows and numbers that rest on fewer than {release['smallest_cohort']} visitors are not shown")
    return notes + [str(note) for note in answer["meta"].get("metric_notes", {}).values()]
