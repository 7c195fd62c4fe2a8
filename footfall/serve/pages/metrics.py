"""What every number means, for those who read the pages."""

from typing import Any

from litestar import Request, get
from litestar.response import Response

from footfall.privacy.policy import STAFF
from footfall.serve.pages.frame import render
from footfall.serve.pages.refused import REASON_WORDS
from footfall.serve.pages.words import EXPLAINED, METRIC_NAMES

__all__ = ["ROUTES"]


@get("/metrics-explained")
async def metrics_page(request: Request[Any, Any, Any]) -> Response[str]:
    """Every metric and every reason not to count in a sentence or two. Open to all: it says nothing of anybody."""
    named: dict[str, Any] = {"names": tuple(METRIC_NAMES), "explained": EXPLAINED, "reasons": REASON_WORDS}
    return render(request, "metrics.html", cohort=STAFF.smallest_cohort, **named)


ROUTES = [metrics_page]
