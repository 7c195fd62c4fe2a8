"""Signed cookies of pages, out of reach of scripts."""

from typing import Any

from litestar import Request
from litestar.response import Response

from footfall.serve.house import House

__all__ = ["keep", "keep_below", "kept", "kept_below"]


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


def keep_below(house: House, request: Request[Any, Any, Any], response: Response[Any], path: str) -> None:
    """Put into a signed cookie that the password of what stands at that path was right; only it and what stands below gets it to see."""
    response.set_cookie(
        key=_name_below(house, request),
        value=house.signer.sign("below", path),
        path=path,
        httponly=True,
        samesite="lax",
        secure=_is_secure(house, request),
    )


def kept_below(house: House, request: Request[Any, Any, Any], path: str) -> bool:
    """Whether ``keep_below`` put it there, for that path."""
    return house.signer.read("below", request.cookies.get(_name_below(house, request), "")) == path


def _name_below(house: House, request: Request[Any, Any, Any]) -> str:
    """TRICKY: with ``__Host-`` browsers refuse any path but /."""
    return "__Secure-below" if _is_secure(house, request) else "below"


def _name(house: House, request: Request[Any, Any, Any], name: str) -> str:
    """With ``__Host-`` over https: no other host, and no page without TLS, can set that one."""
    return f"__Host-{name}" if _is_secure(house, request) else name


def _is_secure(house: House, request: Request[Any, Any, Any]) -> bool:
    return request.url.scheme == "https" or house.desk.settings.public_url.startswith("https:")
