"""Every error as one shape: ``{"error": "<sentence>", "code": "<code>"}``. A 500 says nothing but the number it has in the log."""

from typing import Any

from litestar import Request
from litestar.exceptions import HTTPException
from litestar.response import Response

from footfall.errors import FootfallError
from footfall.serve.bare_answers import unexpected

__all__ = ["HANDLERS"]

CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


def _meant(request: Request[Any, Any, Any], error: FootfallError) -> Response[dict[str, str]]:
    headers = {"retry-after": str(error.retry_after_s)} if error.retry_after_s else {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return Response(error.as_json(), status_code=error.status, headers=headers)


def _of_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, str]]:
    status, path = error.status_code, request.url.path
    if status >= 500:
        return _not_meant(request, error)
    sentences = {
        404: f"Nothing is at {path}.",
        405: f"{request.method} is not valid at {path}.",
        413: "The body is too large.",
    }
    body = {"error": sentences.get(status) or _of_parameters(error), "code": CODES.get(status, "bad_input")}
    return Response(body, status_code=status, headers={name: value for name, value in (error.headers or {}).items()})


def _of_parameters(error: HTTPException) -> str:
    faults = error.extra if isinstance(error.extra, list) else []
    said = [f"{fault.get('key')}: {fault.get('message')}" for fault in faults if isinstance(fault, dict)]
    return f"That request is not valid: {'; '.join(said)}." if said else str(error.detail)


def _not_meant(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    return Response(unexpected(error, request.url.path), status_code=500)


HANDLERS: dict[int | type[Exception], Any] = {FootfallError: _meant, HTTPException: _of_http, Exception: _not_meant}
