"""Signed cookies of pages, out of reach of scripts."""

from typing import Any

from litestar import Request
from litestar.response import Response

from footfall.serve.house import House

__all__ = ["keep", "kept"]


def keep(house: House, request: Request[Any, Any, Any], response: Response[Any], name: str, value: str, seconds: int | None) -> None:
    """Put a value into a signed cookie; none of it is for scripts. 0 seconds takes it away, ``None`` lets it go with the browser."""
    response.set_cookie(
        key=_name(house, request, name),
        value=house.signer.sign(name, value) if value else "",
        max_age=seconds,
        path="/",
        httponly=True,
        samesite="lax",
        secure=_is_secure(house, request),
    )


def kept(house: House, request: Request[Any, Any, Any], name: str) -> str:
    """What ``keep`` put there; empty where it did not, or somebody changed it."""
    return house.signer.read(name, request.cookies.get(_name(house, request, name), ""))


def _name(house: House, request: Request[Any, Any, Any], name: str) -> str:
    """With ``__Host-`` over https: no other host, and no page without TLS, can set that one."""
    return f"__Host-{name}" if _is_secure(house, request) else name


def _is_secure(house: House, request: Request[Any, Any, Any]) -> bool:
    return request.url.scheme == "https" or house.desk.settings.public_url.startswith("https:")
