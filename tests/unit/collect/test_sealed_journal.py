"""What sealed portals' pages send: into a journal of its own, refused where that is full, and never into the other."""

import asyncio
import os
from pathlib import Path

from footfall.collect.formats import ROUTES
from footfall.collect.journal import Journal
from footfall.collect.refusals import Refusals
from footfall.collect.request import Reply
from footfall.collect.server import Collector
from footfall.errors import FootfallError
from footfall.vocabulary import Portal
from tests.support.collecting import ADDRESS, NOW, context, request

KEEPS = Portal(id=1, domain="keeps.example", umami_id="1")
SEALED = Portal(id=2, domain="sealed.example", umami_id="2", keep_events=0)
TURNING = Portal(id=3, domain="turning.example", umami_id="3", keep_events=0, turns_on="2026-04-01")


def journal(folder: Path, most_bytes: int = 8_000_000) -> Journal:
    return Journal(folder, now=lambda: NOW, random=os.urandom, max_bytes=most_bytes)


def collector(own: Journal, sealed: Journal | None) -> Collector:
    return Collector(
        context=context(KEEPS, SEALED, TURNING),
        journal=own,
        refusals=Refusals(lambda: NOW),
        remote=lambda address, headers: ADDRESS,
        now=lambda: NOW,
        failed=lambda error, path: FootfallError(str(error)),
        sealed=sealed,
    )


async def sent(collector: Collector, domain: str) -> Reply:
    body = {"name": "pageview", "domain": domain, "url": f"https://{domain}/of-{domain}"}
    taken = collector.take(ROUTES["/api/event"], request("/api/event", body), ADDRESS)
    try:
        await (collector.write_sealed(taken) if taken.sealed else collector.write(taken.lines, len(taken.sites)))
    except FootfallError as error:
        return collector.settle(taken, error)
    return collector.settle(taken, None)


def lines_in(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


def test_lines_of_a_sealed_portal_are_in_its_journal_alone(tmp_path: Path) -> None:
    own, sealed = journal(tmp_path / "own"), journal(tmp_path / "sealed")
    here = collector(own, sealed)

    async def all_three() -> list[int]:
        return [(await sent(here, domain)).status for domain in ("keeps.example", "sealed.example", "turning.example")]

    assert asyncio.run(all_three()) == [202, 202, 202]
    own.close(), sealed.close()
    assert b"of-sealed.example" in lines_in(tmp_path / "sealed") and lines_in(tmp_path / "sealed").count(b"\n") == 1
    assert b"of-sealed.example" not in lines_in(tmp_path / "own")
    assert b"of-turning.example" in lines_in(tmp_path / "own") and lines_in(tmp_path / "own").count(b"\n") == 2


def test_a_full_tmpfs_refuses_sealed_portals_and_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    own, sealed = journal(tmp_path / "own"), journal(tmp_path / "sealed", most_bytes=700)
    here = collector(own, sealed)

    async def some() -> list[int]:
        statuses = [(await sent(here, "sealed.example")).status for _ in range(8)]
        return [*statuses, (await sent(here, "keeps.example")).status]

    *statuses, other = asyncio.run(some())
    own.close(), sealed.close()
    assert other == 202
    assert 0 < statuses.count(202) < 8 and statuses.count(503) == 8 - statuses.count(202)
    assert lines_in(tmp_path / "sealed").count(b"\n") == statuses.count(202)
    assert b"of-sealed.example" not in lines_in(tmp_path / "own")


def test_without_a_tmpfs_nothing_of_a_sealed_portal_is_written(tmp_path: Path) -> None:
    own = journal(tmp_path / "own")
    reply = asyncio.run(sent(collector(own, None), "sealed.example"))
    own.close()
    assert (reply.status, b"no tmpfs" in reply.body) == (503, True)
    assert lines_in(tmp_path / "own") == b""
