"""The policy ``exact`` is for a single developer: no portal group may have a second operator who sees its numbers."""

from collections.abc import Iterable

import msgspec

from footfall.control.database import Control
from footfall.control.operators import as_kept, list_operators
from footfall.control.roles import Grant, Operator, visible_portals
from footfall.errors import BadSetting, Conflict
from footfall.privacy.policy import EXACT
from footfall.settings import Settings
from footfall.vocabulary import Portal

__all__ = ["refuse_exact_company", "refuse_exact_start"]


def refuse_exact_start(settings: Settings, control: Control) -> None:
    """Raises BadSetting where numbers are shown exactly and a portal group has several who may see them."""
    if settings.policy == EXACT.name:
        for group, seen_by in _seen_by(list_operators(control), control.portals()).items():
            if len(seen_by) > 1:
                raise BadSetting(
                    f"Setting 'policy' has 'exact', which is for a single developer, and {', '.join(seen_by)} may see portal group "
                    f"{group!r}. Valid: staff."
                )


def refuse_exact_company(settings: Settings, control: Control, email: str, grant: Grant | None = None) -> None:
    """Raises Conflict where whoever has that e-mail, enabled and with that grant too, would be the second who sees a portal group."""
    if settings.policy != EXACT.name:
        return
    operators, email = list_operators(control), as_kept(email)
    blank = Operator(id=0, email=email, name=email)
    operator = next((one for one in operators if one.email == email), blank)
    joined = msgspec.structs.replace(operator, disabled=False, grants=(*operator.grants, *([grant] if grant else [])))
    others = [one for one in operators if one.email != email]
    for group, seen_by in _seen_by([*others, joined], control.portals()).items():
        if len(seen_by) > 1 and email in seen_by:
            raise Conflict(
                "Under the policy exact only one operator may see a portal group, and {others} may see {group!r} already. "
                "Set the policy to staff first.",
                others=", ".join(one for one in seen_by if one != email),
                group=group,
            )


def _seen_by(operators: Iterable[Operator], portals: Iterable[Portal]) -> dict[str, list[str]]:
    """By portal group e-mails of who may see any of its numbers."""
    found: dict[str, list[str]] = {portal.group: [] for portal in portals}
    for operator in operators:
        for group in {portal.group for portal in visible_portals(operator, portals)}:
            found[group].append(operator.email)
    return found
