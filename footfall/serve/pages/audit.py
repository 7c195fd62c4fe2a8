"""The audit log as a page."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.control.audit import read_audit
from footfall.errors import BadInput
from footfall.serve.house import House
from footfall.serve.pages.frame import render
from footfall.serve.sign_in import in_thread, require, signed_in

__all__ = ["BEHIND"]

ROWS = 50


@get("/audit")
async def show_audit(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """Newest first, a page at a time, for stewards of all portals; instants are in UTC."""
    require(await signed_in(house, request), "steward")
    before = request.query_params.get("before", "0")
    if not (before.isascii() and before.isdigit() and len(before) < 19):
        raise BadInput("before is not valid. Valid: the number of an entry.")
    found = await in_thread(lambda: read_audit(house.desk.control, before=int(before), most=ROWS + 1))
    rows = [(datetime.fromtimestamp(entry.at_ms / 1000, UTC), entry) for entry in found[:ROWS]]
    older = found[ROWS - 1].id if len(found) > ROWS else 0
    return render(request, "audit.html", rows=rows, older=older, is_first=before == "0")


BEHIND = [show_audit]
