"""A request's body as one dict: JSON, or a form as Plausible's own documentation sends it."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from litestar import Request

from footfall.errors import BadInput

__all__ = ["read_body"]

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NESTED = re.compile(r"([^\[\]]+)\[([^\[\]]*)\]")


async def read_body(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """The body's members; none where it is empty. In a form ``name[key]`` is a member of an object, ``name[]`` an element of a list.

    Raises:
        BadInput: it is neither a JSON object nor a form.
    """
    if request.content_type[0] in FORMS:
        return _from_form((await request.form()).multi_items())
    text = await request.body()
    if not text.strip():
        return {}
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"The body is not valid JSON: {error}.") from None
    if not isinstance(found, dict):
        raise BadInput("The body is not a JSON object.")
    return found


def _from_form(items: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in items:
        text = _unquoted(str(value))
        nested = NESTED.fullmatch(name)
        if nested is None:
            found[name] = text
        elif nested[2]:
            found.setdefault(nested[1], {})[nested[2]] = text
        else:
            found.setdefault(nested[1], []).append(text)
    return found


def _unquoted(text: str) -> str:
    """Without the quotes that a shell's ``-F 'domain="x"'`` leaves."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
