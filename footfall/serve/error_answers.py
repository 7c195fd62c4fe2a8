"""Every error as one shape: ``{"error": "<sentence>", "code": "<code>"}``. A 500 says nothing but the number it has in the log."""

from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.response import Response

from footfall.errors import FootfallError
from footfall.sentences import NOTHING, Sentence
from footfall.serve.bare_answers import unexpected

__all__ = ["HANDLERS", "route_of", "sentence_of"]

CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def _meant(request: Request[Any, Any, Any], error: FootfallError) -> Response[dict[str, str]]:
    headers = {"retry-after": str(error.retry_after_s)} if error.retry_after_s else {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(error.as_json(), status_code=error.status, headers=headers)


def _of_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, str]]:
    status = error.status_code
    if status >= 500:
        return _not_meant(request, error)
    body = {"error": str(sentence_of(request, error) or error.detail), "code": CODES.get(status, "bad_input")}
    return Response(body, status_code=status, headers={name: value for name, value in (error.headers or {}).items()})


def sentence_of(request: Request[Any, Any, Any], error: HTTPException) -> Sentence:
    """What is wrong with a request that no route takes; nothing where only the framework knows."""
    sentences = {
        404: Sentence("Nothing is at {path}.", path=request.url.path),
        405: Sentence("{method} is not valid at {path}.", method=request.method, path=request.url.path),
        413: Sentence("The body is too large."),
    }
    return sentences.get(error.status_code) or _of_parameters(error)


def _of_parameters(error: HTTPException) -> Sentence:
    faults = error.extra if isinstance(error.extra, list) else []
    said = [f"{fault.get('key')}: {fault.get('message')}" for fault in faults if isinstance(fault, dict)]
    return Sentence("That request is not valid: {faults}.", faults="; ".join(said)) if said else NOTHING


def route_of(scope: Mapping[str, Any]) -> str:
    """The route as it was written: an address itself may hold a link's token."""
    return str(scope.get("path_template", ""))


def _not_meant(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    return Response(unexpected(error, route_of(request.scope)).as_json(), status_code=500)


HANDLERS: dict[int | type[Exception], Any] = {FootfallError: _meant, HTTPException: _of_http, Exception: _not_meant}
