"""Attack A12, the log: what is written there has a name that counts no visitor and no event, and a sentence that is the same each time."""

import ast
from pathlib import Path

import pytest

pytestmark = pytest.mark.attack
PACKAGE = Path(__file__).parents[2] / "footfall"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
ALLOWED = {
    "about": "what a job is of",
    "at": "places in the code",
    "dataset": "the id of a contract",
    "day": "a service day",
    "days": "portals' days that were rolled up",
    "drawn": "marts of the fourteen, in both releases",
    "dropped": "portals' days that were forgotten",
    "due_ms": "when a job was due",
    "error": "the type of an error",
    "exc_info": "an error, of which the kind and the place are written",
    "fault": "an error's sentence, of the store",
    "group": "a portal group",
    "id": "a number made for this line",
    "job": "its name",
    "kind": "of an error",
    "loads": "numbers of loads of a dataset",
    "path": "a route as it is written in the code",
    "reason": "an error's sentence",
    "state": "of a closing",
    "tries": "of a job",
}
"""Names that a line may have, each with what it counts or says."""
SENTENCES = {
    "a journal segment could not be closed (%s); it is taken over later",
    "a journal segment could not be cut back (%s); it is taken over later",
    "%d lines of segment %s cannot be loaded; they are kept in the journal's folder %s",
}
"""Of the standard library's log, whose arguments have no names: a disk's error, and lines that no loader can read."""


def faults(source: str) -> list[str]:
    """Lines of a log that could tell of visitors."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS and _is_log(call.func.value):
            sentence = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if not isinstance(sentence, str) or (len(call.args) > 1 and sentence not in SENTENCES):
                found.append(f"{call.lineno}: no constant sentence")
            found += [f"{call.lineno}: {word.arg}" for word in call.keywords if word.arg not in ALLOWED]
    return found


def _is_log(value: ast.expr) -> bool:
    return (isinstance(value, ast.Name) and value.id in ("log", "logger", "logging")) or (
        isinstance(value, ast.Call) and ast.unparse(value.func).endswith(("get_logger", "getLogger"))
    )


def test_a12_no_line_of_the_log_counts_visitors_or_events():
    found = {str(path): faults(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "planted",
    [
        'log.debug("counted", visitors=visitors)',
        'log.info("rolled up", days=len(quiet), rows=sum(one.rows for one in quiet))',
        'log.debug(f"{visitors} visitors on {domain}")',
        'log.info("%d visitors", visitors)',
        'structlog.get_logger().info("counts", **counts)',
    ],
)
def test_a12_a_debug_log_of_counts_is_caught(planted):
    assert faults(planted) != []
