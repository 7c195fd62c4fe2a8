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
    """Each portal with its lines, as ``make_lines`` has them. The first one's are being made from now on, and each further one's while
    those before it are taken; at most two are in memory.

    The iterator raises:
        subprocess.CalledProcessError: they could not be made.
    """
    pool = ThreadPoolExecutor(max_workers=1)
    orders = [Order(portal.domain, span, seed) for portal in portals]
    return _handed_over(pool, portals, orders, [pool.submit(_made, order) for order in orders[:1]])


def _handed_over(
    pool: ThreadPoolExecutor, portals: Sequence[DemoPortal], orders: list[Order], waiting: list[Future[bytes]]
) -> Iterator[tuple[DemoPortal, bytes]]:
    with pool:
        for portal, after in zip(portals, [*orders[1:], None], strict=True):
            lines = waiting.pop().result()
            if after:
                waiting.append(pool.submit(_made, after))
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
