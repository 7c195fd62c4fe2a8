"""What a page says when it cannot: the error's own sentence, in the pages' frame."""

from typing import Any

from litestar import Request
from litestar.response import Response

from footfall.errors import FootfallError
from footfall.serve.error_answers import unexpected
from footfall.serve.pages.frame import render
from footfall.serve.pages.words import said

__all__ = ["HANDLERS"]


def _meant(request: Request[Any, Any, Any], error: FootfallError) -> Response[str]:
    """The error as a page, with its status and when to try again."""
    response = render(request, "fault.html", status=error.status, sentence=said(request, error))
    if error.retry_after_s:
        response.headers["retry-after"] = str(error.retry_after_s)
    return response


def _not_meant(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """A page with the number that the log has; the log gets the route, for an invitation's own path is a secret."""
    return render(request, "fault.html", status=500, sentence=unexpected(error, str(request.scope.get("path_template", "")))["error"])


HANDLERS: dict[int | type[Exception], Any] = {FootfallError: _meant, Exception: _not_meant}
