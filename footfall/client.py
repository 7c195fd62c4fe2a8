"""A client for programs that show content: ``pip install footfall``, a key, and one line a list.

>>> with Client("https://footfall.example.city", "ff_…") as footfall:  # doctest: +SKIP
...     found = footfall.recommend(Wanted(placement="home-news", current="/opening-hours", language="en"))
...     footfall.shown(found)
...     for item in found.items:
...         print(item.title, item.url, item.reason.text)

Every error of the server is raised as one of ``footfall.errors``, with the server's sentence; ``RateLimited`` says when to come back.
"""

import time
from types import TracebackType
from typing import Any, Literal, Self, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from footfall import errors
from footfall.errors import FootfallError, RateLimited, Unavailable

__all__ = ["Client", "Item", "List", "Reason", "Topic", "Wanted"]

T = TypeVar("T")
BY_CODE: dict[str, type[FootfallError]] = {getattr(errors, name).code: getattr(errors, name) for name in errors.__all__}
TIMEOUT_S = 10.0
MOST_KEPT = 200
"""Lists that are kept to be asked for again by their tags."""


class Wanted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a list is for. The server keeps nothing of it; send no name of anybody, and no id."""

    placement: str = ""
    """Its name; without one, ``site_id``."""
    site_id: str = ""
    """A portal's domain."""
    current: int | str | None = None
    """What is being looked at: an item's id, address or path."""
    recent: tuple[int | str, ...] = ()
    """Looked at before, oldest first."""
    topics: dict[str, float] = {}
    """Interest by topic, 0 to 1."""
    district: str = ""
    language: str = ""
    arm: str = ""
    """Of an A/B test that you draw yourself."""
    n: int | None = None


class Topic(msgspec.Struct, frozen=True):
    """A topic of an item, with its score."""

    topic: str
    score: float


class Reason(msgspec.Struct, frozen=True):
    """Why an item is in a list; the text is in the language that was asked for."""

    kind: str
    text: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a list."""

    item: int
    url: str
    title: str
    summary: str
    kind: str
    language: str
    topics: tuple[Topic, ...]
    reason: Reason
    position: int


class List(msgspec.Struct, frozen=True, kw_only=True):
    """What was recommended."""

    id: str
    model: str
    placement: str
    arm: str
    items: tuple[Item, ...]


class Client:
    """One server and one key. From one thread at a time; close it, or use it in a ``with``.

    With ``patience_s`` a request over a limit, or to a server that is away, is sent once more where the server says that it makes sense
    within so many seconds; without, the error is raised at once.
    """

    def __init__(self, url: str, key: str = "", *, timeout_s: float = TIMEOUT_S, patience_s: float = 0.0) -> None:
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.Client(base_url=url.rstrip("/"), headers=headers, timeout=timeout_s)
        self._patience_s = patience_s
        self._lists: dict[str, tuple[str, List]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def recommend(self, wanted: Wanted) -> List:
        """A list made to measure."""
        return msgspec.convert(self._call("POST", "/api/v1/recommend", msgspec.to_builtins(wanted)), List)

    def placement_list(self, placement: str, *, language: str = "", n: int | None = None) -> List:
        """The placement's list, the same for all: asked for again by its tag, so nothing travels while it has not changed."""
        given = {name: str(value) for name, value in (("language", language), ("n", n)) if value}
        path = str(httpx.URL(f"/api/v1/placements/{quote(placement, safe='')}", params=given)) if given else _placement(placement)
        before = self._lists.get(path)
        answer = self._sent("GET", path, headers={"if-none-match": before[0]} if before else {})
        if before and answer.status_code == 304:
            return before[1]
        found = msgspec.convert(_checked(answer), List)
        self._lists[path] = answer.headers.get("etag", ""), found
        if len(self._lists) > MOST_KEPT:
            del self._lists[next(iter(self._lists))]
        return found

    def shown(self, found: List, item: int | None = None) -> None:
        """The list, or one item of it, was shown."""
        self._tell(found, "shown", item)

    def clicked(self, found: List, item: int) -> None:
        """An item of the list was clicked."""
        self._tell(found, "clicked", item)

    def placements(self, site_id: str = "") -> list[dict[str, Any]]:
        """Placements with their settings, of one portal or of all that the key is for."""
        return list(self._call("GET", "/api/v1/placements", params={"site_id": site_id} if site_id else {})["placements"])

    def put_placement(self, placement: str, site_id: str, **settings: Any) -> dict[str, Any]:
        """Make a placement, or change what is named: title, n, rules, pins, blocked, arms, explore, is_public."""
        return dict(self._call("PUT", _placement(placement), {"site_id": site_id} | settings))

    def delete_placement(self, placement: str) -> None:
        self._call("DELETE", _placement(placement))

    def results(
        self, placement: str, by: Literal["arm", "item", "position", "day"] = "arm", *, first: str = "", last: str = ""
    ) -> dict[str, Any]:
        """What the placement showed and what was clicked, through the gate; without days of the last four weeks."""
        days = {name: value for name, value in (("from", first), ("to", last)) if value}
        return dict(self._call("GET", f"{_placement(placement)}/results", params={"by": by} | days))

    def items(self, site_id: str, **given: Any) -> list[dict[str, Any]]:
        """A portal's items by path: query, kind, topic, state, limit, offset."""
        return list(self._call("GET", "/api/v1/content/items", params={"site_id": site_id} | given)["items"])

    def mart(self, site_id: str, mart: str, first: str, last: str) -> dict[str, Any]:
        """A mart's cells as they were drawn for everybody, with their card; both days in."""
        return dict(self._call("GET", f"/api/v2/open/{quote(site_id, safe='')}/{quote(mart, safe='')}", params={"from": first, "to": last}))

    def stats(self, question: dict[str, Any]) -> dict[str, Any]:
        """A question's released answer: site_id, metrics, date_range and the rest as the API takes it."""
        return dict(self._call("POST", "/api/v2/query", question))

    def usage(self) -> dict[str, Any]:
        """What this key had of the content service by day, and what it may have."""
        return dict(self._call("GET", "/api/v1/usage"))

    def _tell(self, found: List, event: str, item: int | None) -> None:
        self._call("POST", "/api/v1/feedback", {"id": found.id, "event": event} | ({} if item is None else {"item": item}))

    def _call(self, method: str, path: str, body: Any = None, *, params: dict[str, Any] | None = None) -> Any:
        return _checked(self._sent(method, path, json=body, params=params or None))

    def _sent(self, method: str, path: str, **rest: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **rest)
            if wait_s := _worth_waiting(answer, self._patience_s):
                time.sleep(wait_s)
                answer = self._http.request(method, path, **rest)
        except httpx.HTTPError as error:
            raise Unavailable(f"The server at {self._http.base_url} does not answer ({type(error).__name__}).") from None
        return answer


def _placement(name: str) -> str:
    return f"/api/v1/placements/{quote(name, safe='')}"


def _worth_waiting(answer: httpx.Response, patience_s: float) -> int:
    """Seconds after which the server wants to be asked again; 0 where that is no matter of waiting, or takes too long."""
    wait = answer.headers.get("retry-after", "")
    return int(wait) if answer.status_code in (429, 503) and wait.isdigit() and int(wait) <= patience_s else 0


def _checked(answer: httpx.Response) -> Any:
    """The answer's JSON. Raises what the server said."""
    try:
        found = answer.json()
    except ValueError:
        raise Unavailable(f"The server answered {answer.status_code} without a sentence.") from None
    if answer.is_error:
        said = found if isinstance(found, dict) else {}
        kind = RateLimited if answer.status_code == 429 else BY_CODE.get(said.get("code", ""), FootfallError)
        wait = answer.headers.get("retry-after", "")
        raise kind(
            str(said.get("error", f"The server answered {answer.status_code}.")), retry_after_s=int(wait) if wait.isdigit() else None
        )
    return found
