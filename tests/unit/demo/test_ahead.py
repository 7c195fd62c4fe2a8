"""History that other processes made: the simulator's own lines, as an import reads them."""

from datetime import date

import msgspec

from footfall.demo.agreed import with_agreed
from footfall.demo.ahead import Order, made_ahead, make_hits
from footfall.demo.city import CITY
from footfall.demo.simulator import Span, make_lines
from footfall.vocabulary import Hit, Portal

SPAN = Span(first_day=date(2026, 10, 18), days=2, until_s=1_792_432_800)
ORDERS = [
    Order(Portal(id=number, domain=of_city.domain, umami_id="", timezone=of_city.timezone), SPAN, 4, "standard")
    for number, of_city in enumerate(CITY[:3], start=1)
]


def test_portals_come_in_order_each_with_its_lines() -> None:
    assert list(made_ahead(ORDERS)) == [(order.portal, b"".join(make_hits(order))) for order in ORDERS]


def test_every_line_becomes_a_hit_and_every_visitor_of_a_day_one_id() -> None:
    of_city, order = CITY[0], ORDERS[0]
    lines = b"".join(make_lines(of_city, SPAN, seed=order.seed))
    told = [msgspec.json.decode(line) for line in with_agreed(of_city, lines, seed=order.seed)]
    hits = [msgspec.json.decode(line, type=Hit) for line in make_hits(order)]
    assert [(line["name"], line["pathname"]) for line in told] == [(hit.name, hit.path) for hit in hits]
    assert {hit.site for hit in hits} == {order.portal.id} and len(hits) > 100
    by_name = {(line["visitor"], hit.visitor) for line, hit in zip(told, hits, strict=True) if hit.day == str(SPAN.first_day)}
    assert len({name for name, _ in by_name}) == len({visitor for _, visitor in by_name}) == len(by_name) > 100


def test_profile_of_the_home_is_heeded() -> None:
    cnil = [msgspec.json.decode(line, type=Hit) for line in make_hits(msgspec.structs.replace(ORDERS[0], profile="cnil"))]
    usual = [msgspec.json.decode(line, type=Hit) for line in make_hits(ORDERS[0])]
    assert any(hit.utm_source for hit in usual) and not any(hit.utm_source for hit in cnil)
