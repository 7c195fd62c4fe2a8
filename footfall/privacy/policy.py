"""Release policies by name. Floors are here in code; no setting goes below."""

import msgspec

from footfall.privacy.budget import COHORT, REACH_COHORT

__all__ = ["CITY", "EXACT", "OPEN", "OUTSIDE", "POLICIES", "REACH", "STAFF", "Policy"]


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What may leave."""

    name: str
    smallest_cohort: int
    """Visitor-days a cell needs."""
    most_attributes: int
    """Visitor attribute families (device, browser, os, place) that one question may combine, filters included."""
    is_drawn: bool = False
    """Only numbers that were drawn with noise, once, for the release of its name."""


EXACT = Policy(name="exact", smallest_cohort=0, most_attributes=99)
STAFF = Policy(name="staff", smallest_cohort=10, most_attributes=2)
OUTSIDE = Policy(name="outside", smallest_cohort=20, most_attributes=2)
"""Of shared links, embedded panels and reports by e-mail, whatever the setting ``policy`` says: see the decision "What goes outside"."""
REACH = Policy(name="reach", smallest_cohort=REACH_COHORT, most_attributes=0, is_drawn=True)
"""Of the visitors of several portals together: for the city's own people and keys."""
CITY, OPEN = (Policy(name=name, smallest_cohort=COHORT[name], most_attributes=2, is_drawn=True) for name in ("city", "open"))
POLICIES = {policy.name: policy for policy in (STAFF, EXACT, OUTSIDE, CITY, OPEN, REACH)}
