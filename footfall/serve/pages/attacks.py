"""Reports of attacks on what is released, for stewards of all portals. ``footfall attack`` writes them; this page only reads."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from footfall.errors import NotFound
from footfall.serve.attacking import newest_report, reports
from footfall.serve.house import House
from footfall.serve.pages.attack_words import ATTACK_WORDS
from footfall.serve.pages.frame import render
from footfall.serve.sign_in import in_thread, require, signed_in

__all__ = ["BEHIND"]

MOST_LISTED = 20


@get("/attacks")
async def show_attacks(request: Request[Any, Any, Any], house: NamedDependency[House]) -> Response[Any]:
    """The newest report, or the one that is asked for; instants are in UTC."""
    require(await signed_in(house, request), "steward")
    home, wanted = house.desk.settings.home_path, request.query_params.get("report", "")
    report = await in_thread(lambda: newest_report(home, wanted))
    if wanted and report is None:
        raise NotFound("There is no such report.")
    lines = [(attack, *ATTACK_WORDS.get(attack.name, (attack.title, attack.tried))) for attack in report.attacks] if report else []
    at = datetime.fromtimestamp(report.at_ms / 1000, UTC) if report else None
    names = await in_thread(lambda: reports(home))
    return render(request, "attacks.html", report=report, lines=lines, at=at, names=names[:MOST_LISTED])


BEHIND = [show_attacks]
