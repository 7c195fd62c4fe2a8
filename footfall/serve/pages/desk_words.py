"""Names of what lies on the steward's desk. ``N_`` marks a text for the catalogues; pages translate it."""

from footfall.serve.pages.language import N_

__all__ = ["AUDIENCES", "CLOSING_NAMES", "COST_NAMES", "PAPER_NAMES", "RELEASE_NAMES", "STATE_NAMES"]

AUDIENCES = {
    "staff": N_("Each portal's own staff, from its events while they are kept"),
    "exact": N_("Everybody here, exactly: for tests and a single developer"),
    "outside": N_("Shared links, embedded panels and reports by e-mail"),
}
RELEASE_NAMES = {
    "city": N_("The city's own people and keys, from what was drawn with noise"),
    "open": N_("Everybody: open data, drawn apart"),
}
STATE_NAMES = {
    "spent": N_("paid, not published"),
    "published": N_("published"),
    "withdrawn": N_("withdrawn"),
}
CLOSING_NAMES = {
    "closed": N_("closed"),
    "part": N_("in part"),
    "missed": N_("missed"),
}
COST_NAMES = {
    "city, a day": N_("city, a day"),
    "open, a day": N_("open, a day"),
    "both, a day": N_("both, a day"),
    "the most a day": N_("the most a day"),
    "city, 31 days all alike": N_("city, 31 days all alike"),
    "open, 31 days all alike": N_("open, 31 days all alike"),
    "both, 31 days all alike": N_("both, 31 days all alike"),
}
"""Of ``serve.label``."""
PAPER_NAMES = {
    "record": (N_("Record of processing activities (GDPR, article 30)"), ("record.md", "record.json")),
    "dpia": (N_("Impact assessment, for CNIL's tool PIA"), ("dpia.json",)),
    "cnil": (N_("Whether the French exemption's conditions hold"), ("cnil.md", "cnil.json")),
    "registry": (N_("Entries for OpenDP's registry of deployments"), ("registry.yaml",)),
}
"""Papers with their files."""
