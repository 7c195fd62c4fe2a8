"""Why a day of reach has no number, in words. ``N_`` marks a text for the catalogues; pages translate it."""

from footfall.serve.pages.language import N_

__all__ = ["REACH_STATES"]

REACH_STATES = {
    "began": N_("The server, or the list of groups, began during the day, and who came before is not known."),
    "beside": N_("Another process collected beside this one, and what it saw is in its own memory."),
    "full": N_("More came than the memory that is set aside for it holds."),
    "clock": N_("The server's clock was put back over midnight."),
    "late": N_("The store or the control database was away for an hour after midnight."),
    "ledger": N_("The ledger refused it, or the server ended between ledger and table; it is not drawn again."),
    "absent": N_("No server ran through the day, or no group was declared."),
}
