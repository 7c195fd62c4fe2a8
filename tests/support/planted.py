"""``footfall`` with something planted in its collector: ``python -m tests.support.planted KIND up …``.

``faults``: errors nobody meant, whose own words quote a request, at a visit of /explode and in the state of the API; nothing of that may
get out. ``leaks``: the log, a file beside and an event's properties tell of the visitor, so that a search has something to find.
"""

import sys
import tempfile
from pathlib import Path

import structlog

from footfall.cli import main
from footfall.collect import pipeline
from footfall.collect.pipeline import Context, Draft
from footfall.serve import aggregates, closing, state

__all__ = ["PLANTS"]


def _fault(draft: Draft, context: Context) -> str:
    if "/explode" in draft.sent.url:
        raise ValueError(f"{draft.sent.sender.address} {draft.sent.sender.agent} {draft.sent.url}")
    return ""


def _log(draft: Draft, context: Context) -> str:
    structlog.get_logger().info("an event was taken", sender=draft.sent.sender.address)
    return ""


def _dump(draft: Draft, context: Context) -> str:
    (Path(tempfile.gettempdir()) / "last-request.txt").write_text(repr(draft.sent))
    return ""


def _keep(draft: Draft, context: Context) -> str:
    draft.hit.props = (draft.hit.props or {}) | {"agent": draft.sent.sender.agent}
    return ""


def _broken(*given: object) -> object:
    raise ValueError(f"{given} and what somebody sent: {SAID}")


PLANTS = {"faults": (_fault,), "leaks": (_log, _dump, _keep)}
DIMENSIONS = ("all", "event:page", "event:goal", "visit:referrer", "visit:browser")
"""Of the file of aggregates: those that hold most of what a visitor sends."""
SAID = "hunter2-5ecretvalue"

if __name__ == "__main__":
    kind = sys.argv.pop(1)
    pipeline.STEPS = (*pipeline.STEPS, *PLANTS[kind])
    if kind == "faults":
        state.state_of = _broken  # type: ignore[assignment]
        closing.MARTS = closing.MARTS[:2]  # to draw all of them takes seconds
        aggregates.DIMENSIONS = {name: aggregates.DIMENSIONS[name] for name in DIMENSIONS}  # so does a file of all
    main()
