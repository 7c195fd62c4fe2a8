"""All pages. They are for people and stand outside the API's schema."""

from footfall.serve.pages import assets, frame, overview, portal

__all__ = ["ROUTES"]

ROUTES = [route for room in (assets, frame, overview, portal) for route in room.ROUTES]
