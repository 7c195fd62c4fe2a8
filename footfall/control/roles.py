"""Roles: what an operator may on which portals."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from footfall.errors import Forbidden
from footfall.sentences import Sentence
from footfall.vocabulary import Portal

__all__ = ["ROLES", "SCOPES", "Grant", "Operator", "may", "may_give", "require", "visible_portals"]

ROLES = ("viewer", "analyst", "steward", "admin")
"""Each may what those before it may."""
NAMES = {"viewer": Sentence("viewer"), "analyst": Sentence("analyst"), "steward": Sentence("steward"), "admin": Sentence("admin")}
"""As errors say them."""
SCOPES = ("all", "group", "portal")


class Grant(msgspec.Struct, frozen=True):
    """A role on some portals."""

    role: str
    """One of ROLES."""
    scope: Literal["all", "group", "portal"] = "all"
    value: str = ""
    """The group's name, or the portal's id (it stays when a portal is renamed); empty where the scope is all."""

    def covers(self, portal: Portal | None) -> bool:
        """Whether it is for that portal; for ``None``, whether it is for all."""
        if portal is None or self.scope == "all":
            return self.scope == "all"
        return self.value == (portal.group if self.scope == "group" else str(portal.id))


class Operator(msgspec.Struct, frozen=True, kw_only=True):
    """One who may sign in. Password and secrets stay in the table."""

    id: int
    email: str
    name: str
    disabled: bool = False
    has_password: bool = False
    has_totp: bool = False
    created_ms: int = 0
    grants: tuple[Grant, ...] = ()


def may(operator: Operator, role: str, portal: Portal | None = None) -> bool:
    """Whether the operator has at least that role on the portal; on all portals where none is named."""
    enough = ROLES[ROLES.index(role) :]
    return not operator.disabled and any(grant.role in enough and grant.covers(portal) for grant in operator.grants)


def require(operator: Operator, role: str, portal: Portal | None = None) -> None:
    """Raises Forbidden unless the operator may."""
    if not may(operator, role, portal):
        if portal is None:
            raise Forbidden("This needs the role {role} on all portals. An admin gives it.", role=NAMES[role])
        raise Forbidden("This needs the role {role} on {domain}. An admin gives it.", role=NAMES[role], domain=portal.domain)


def visible_portals(operator: Operator, portals: Iterable[Portal]) -> tuple[Portal, ...]:
    """Those of the portals whose numbers the operator may see, in the same order."""
    return tuple(portal for portal in portals if may(operator, "viewer", portal))


def may_give(operator: Operator, grant: Grant, portals: Iterable[Portal]) -> bool:
    """Whether the operator is admin of everything that the grant covers."""
    if may(operator, "admin"):
        return True
    own = [mine for mine in operator.grants if mine.role == "admin" and not operator.disabled]
    if grant.scope == "portal":
        return any(mine.covers(portal) for mine in own for portal in portals if str(portal.id) == grant.value)
    return grant.scope == "group" and any((mine.scope, mine.value) == ("group", grant.value) for mine in own)
