"""Errors as pages, for people: the same sentence that the API gives, and a way on."""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.exceptions import HTTPException, NotFoundException
from litestar.response import Response

from footfall.errors import FootfallError
from footfall.sentences import Sentence
from footfall.serve.bare_answers import unexpected
from footfall.serve.error_answers import HANDLERS as PLAIN
from footfall.serve.error_answers import route_of, sentence_of
from footfall.serve.pages.frame import reader_of, render, safe_path

__all__ = ["HANDLERS", "as_page", "lost"]

Asked = Request[Any, Any, Any]


def lost(request: Asked, error: NotFoundException) -> Response[Any]:
    """Nothing is at that path: a page for a browser, JSON for everybody else."""
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
        return _page(request, 404, Sentence("Nothing is at {path}.", path=request.url.path))
    answer: Response[Any] = PLAIN[HTTPException](request, error)
    return answer


def as_page(request: Asked, error: FootfallError) -> Response[str]:
    """The error's own sentence in the pages' frame, with its status and when to try again."""
    response = _page(request, error.status, error.sentence)
    if error.retry_after_s:
        response.headers["retry-after"] = str(error.retry_after_s)
    return response


def _of_http(request: Asked, error: HTTPException) -> Response[str]:
    if error.status_code >= 500:
        return _not_meant(request, error)
    return _page(request, error.status_code, sentence_of(request, error) or Sentence("That request is not valid."))


def _not_meant(request: Asked, error: Exception) -> Response[str]:
    """A page with the number that the log has; the log gets the route, for an invitation's own path is a secret."""
    return _page(request, 500, unexpected(error, route_of(request.scope)).sentence)


def _page(request: Asked, status: int, sentence: Sentence) -> Response[str]:
    return render(request, "error.html", status=status, sentence=sentence, code=status, back=_back(request))


def _back(request: Asked) -> str:
    """The page of ours that led here, filters and all; empty where none did, or it is this one."""
    came = urlsplit(request.headers.get("referer", ""))
    path = came.path + (f"?{came.query}" if came.query else "")
    is_ours = came.netloc == request.headers.get("host") and came.path.startswith("/portals/") and path != reader_of(request).path
    return safe_path(path) if is_ours else ""


HANDLERS: dict[int | type[Exception], Any] = {FootfallError: as_page, HTTPException: _of_http, Exception: _not_meant}
"""Of the pages' own routes."""
