"""Elements of an XML document as they end, in bounded memory: no document types, no entities, no endless nesting."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from footfall.errors import BadInput

__all__ = ["MOST_DEPTH", "child", "elements", "text_of"]

MOST_DEPTH, MOST_PARTS = 64, 20_000
"""Levels of a document; elements within a wanted one, which is held whole."""


def elements(path: Path, *wanted: str) -> Iterator[tuple[str, Element]]:
    """Name and element of each ``wanted`` one, when it ends, innermost first; names come without their namespace.

    What is in no wanted element is let go at once, and a wanted one when the caller asks for the next.

    Raises:
        BadInput: it is no XML, is broken off, defines entities, or is nested too deep.
    """
    inside, parts, above = 0, 0, list[Element]()
    try:
        for event, element in _events(path):
            name = _local(element)
            if event == "start":
                above.append(element)
                parts = parts + 1 if inside else 0
                inside += name in wanted
                _check_size(len(above), parts)
                continue
            above.pop()
            if name in wanted:
                yield name, element
                inside -= 1
            if above and (name in wanted or not inside):
                above[-1].remove(element)
    except DefusedXmlException:
        raise BadInput("The XML file defines a document type or entities; such files are not read.") from None
    except ParseError:
        raise BadInput("The XML file is not well formed, or broken off before its end. Fetch it again.") from None


def _events(path: Path) -> Iterator[tuple[str, Element]]:
    with path.open("rb") as file:
        yield from iterparse(file, events=("start", "end"), forbid_dtd=True)


def child(element: Element, path: str) -> Element | None:
    """The first element under these names (``BookgDt/Dt``), whatever their namespace."""
    found: Element | None = element
    for name in path.split("/"):
        found = None if found is None else next((each for each in found if _local(each) == name), None)
    return found


def text_of(element: Element, *paths: str) -> str | None:
    """Text of the first of these that is there and holds some."""
    texts = (found.text.strip() for path in paths if (found := child(element, path)) is not None and found.text)
    return next(filter(None, texts), None)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _check_size(depth: int, parts: int) -> None:
    if parts > MOST_PARTS:
        raise BadInput("One entry of the file has more than {most:,} elements; such files are not read.", most=MOST_PARTS)
    if depth > MOST_DEPTH:
        raise BadInput("The file nests more than {most} levels deep; such files are not read.", most=MOST_DEPTH)
