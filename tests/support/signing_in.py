"""A browser without scripts, as far as forms go: it fetches a page, fills in its form with the page's token, and sends it."""

import re
from typing import Any

import httpx

from footfall.control.invitations import invite
from footfall.control.operators import add_operator, give_grant
from footfall.control.roles import Grant
from tests.support.app_here import AppHere
from tests.support.waiting import LONG_S

__all__ = ["PASSWORD", "Reader"]

PASSWORD = "correct horse battery"


class Reader:
    """One browser on one app."""

    def __init__(self, app: AppHere) -> None:
        self.app = app
        self.http = httpx.Client(base_url=app.url, timeout=LONG_S)

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def send(self, page: str, action: str = "", **fields: Any) -> httpx.Response:
        """Send the form of ``page`` to ``action``, or to the page itself."""
        shown = self.http.get(page).text
        token = re.search(r'name="token" value="([^"]+)"', shown)
        assert token, f"{page} has no form of ours"
        return self.http.post(action or page, data={"token": token[1]} | fields)

    def sign_in(self, email: str, password: str = PASSWORD, **fields: Any) -> httpx.Response:
        return self.send("/sign-in", email=email, password=password, **fields)

    def join(self, email: str, *grants: Grant, name: str = "Ann", password: str = PASSWORD) -> httpx.Response:
        """Be added with those roles, and accept the invitation."""
        control, now_ms = self.app.house.desk.control, self.app.house.desk.now()
        add_operator(control, email, now_ms=now_ms)
        for grant in grants:
            give_grant(control, email, grant, now_ms=now_ms)
        token = invite(control, email, now_ms=now_ms)
        return self.send(f"/invitation/{token}", name=name, password=password, again=password)
