"""A request's body as one dict: JSON, or a form as Plausible's own documentation sends it."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request

from footfall.errors import BadInput

__all__ = ["MULTIPART", "read_body"]

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
NESTED = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")


async def read_body(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The body's members; none where it is empty. In a form ``name[key]`` is a member of an object, ``name[]`` an element of a list.

    Raises:
        BadInput: it is neither a JSON object nor a form.
    """
    kind = request.content_type[0]
    if kind == MULTIPART:
        return _from_form((await request.form()).multi_items())
    text = await request.body()
    # curl's -d calls everything a form that has no header of its own.
    if kind == URLENCODED and not text.lstrip().startswith(b"{"):
        return _from_form((await request.form()).multi_items())
    if not text.strip():
        return {}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("The body is not valid JSON: {fault}.", fault=str(error)) from None
    if not isinstance(found, dict):
        raise BadInput("The body is not a JSON object.")
    return found


def _from_form(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in items:
        text = _unquoted(str(value))
        nested = NESTED.fullmatch(name)
        if nested is None:
            if isinstance(found.get(name), dict | list):
                raise _two_ways(name)
            found[name] = text
            continue
        inner = found.setdefault(nested[1], {} if nested[2] else [])
        if isinstance(inner, dict) and nested[2]:
            inner[nested[2]] = text
        elif isinstance(inner, list) and not nested[2]:
            inner.append(text)
        else:
            raise _two_ways(nested[1])
    return found


def _two_ways(name: str) -> BadInput:
    return BadInput("The form has {name!r} in two ways. Valid: {name}, {name}[] or {name}[KEY].", name=name)


def _unquoted(text: str) -> str:
    """Without the quotes that a shell's ``-F 'domain="x"'`` leaves."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
