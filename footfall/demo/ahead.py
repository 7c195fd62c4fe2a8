"""The portals' lines, made by another process while the ones before are imported: making and importing take about the same time."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import msgspec

from footfall.demo.city import CITY, DemoPortal
from footfall.demo.simulator import Span, make_lines

__all__ = ["Order", "made_ahead", "main"]


class Order(msgspec.Struct, frozen=True):
    """What is to be made."""

    domain: str
    span: Span
    seed: int


def made_ahead(portals: Sequence[DemoPortal], span: Span, *, seed: int) -> Iterator[tuple[DemoPortal, bytes]]:
    """Each portal with its lines, as ``make_lines`` has them; the next one's are being made meanwhile. At most two are in memory.

    Raises:
        subprocess.CalledProcessError: they could not be made.
    """
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting: list[Future[bytes]] = []
        for portal, after in zip(portals, [*portals[1:], None], strict=True):
            waiting = waiting or [pool.submit(_made, Order(portal.domain, span, seed))]
            lines = waiting.pop().result()
            if after:
                waiting.append(pool.submit(_made, Order(after.domain, span, seed)))
            yield portal, lines


def _made(order: Order) -> bytes:
    command = [sys.executable, "-m", "footfall.demo.ahead"]
    return subprocess.run(command, input=msgspec.json.encode(order), stdout=subprocess.PIPE, check=True).stdout


def main() -> None:
    """Write the lines that an order on stdin asks for to stdout."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    portal = next(portal for portal in CITY if portal.domain == order.domain)
    sys.stdout.buffer.writelines(make_lines(portal, order.span, seed=order.seed))


if __name__ == "__main__":
    main()
