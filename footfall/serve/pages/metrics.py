"""What every number means, for those who read the pages."""

from typing import Any

from litestar import Request, get
from litestar.response import Response

from footfall.privacy.policy import STAFF
from footfall.serve.pages.frame import render
from footfall.serve.pages.words import EXPLAINED, METRIC_NAMES

__all__ = ["ROUTES"]


@get("/metrics-explained")
async def metrics_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Every metric in a sentence or two. Open to all: it says nothing of anybody."""
    return render(request, "metrics.html", names=tuple(METRIC_NAMES), explained=EXPLAINED, cohort=STAFF.smallest_cohort)


ROUTES = [metrics_page]
