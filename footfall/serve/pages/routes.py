"""All pages, as one router. They are for people and stand outside the API's schema."""

from litestar import Router

from footfall.serve.pages import assets, faults, frame, metrics, portal

__all__ = ["ROUTES"]

PAGES = [route for room in (assets, frame, metrics, portal) for route in room.ROUTES]
ROUTES = [Router("/", route_handlers=PAGES, exception_handlers=faults.HANDLERS)]
