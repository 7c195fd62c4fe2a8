"""What a profile demands of collecting beyond what always holds."""

import msgspec

__all__ = ["CONDITIONS", "USUAL", "Conditions"]


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """Of one profile."""

    whole_networks: bool = False
    """Place and visitor are told by the /24 of an IPv4 address and the /48 of an IPv6 one, not by all of it and the /64."""
    campaigns: bool = True
    """Campaign parameters (utm_*, source, ref, click ids) are read, and kept as source and campaign."""
    heeds_signals: bool = False
    """Sec-GPC and DNT count without visit detail also where a portal says ``ignore``."""


USUAL = Conditions()
CONDITIONS = {"standard": USUAL, "cnil": Conditions(whole_networks=True, campaigns=False, heeds_signals=True)}
"""By the setting ``profile``."""
