"""What a page says when it cannot: the error's own sentence, in the pages' frame."""

from typing import Any

from litestar import Request
from litestar.response import Response

from footfall.errors import FootfallError
from footfall.serve.pages.frame import render
from footfall.serve.pages.words import said

__all__ = ["as_page"]


def as_page(request: Request[Any, Any, Any], error: FootfallError) -> Response[str]:
    """The error as a page, with its status and when to try again."""
    response = render(request, "fault.html", status=error.status, sentence=said(request, error))
    if error.retry_after_s:
        response.headers["retry-after"] = str(error.retry_after_s)
    return response
