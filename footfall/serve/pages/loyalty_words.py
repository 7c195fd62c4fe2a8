"""Names that the pages of loyalty show."""

from footfall.serve.pages.language import N_

__all__ = ["ACTIVE_NAMES", "CSV_HEAD", "MEASURE_NAMES", "PART_NAMES", "SINCE_NAMES", "TIMES_NAMES"]

PART_NAMES = {
    "return": N_("Return rate"),
    "retention": N_("Back after four weeks"),
    "completion": N_("Forms finished"),
    "satisfaction": N_("Satisfaction"),
    "complaints": N_("Few complaints"),
}
SINCE_NAMES = {
    "new": N_("New"),
    "1": N_("The day before"),
    "2-6": N_("2 to 6 days ago"),
    "7-13": N_("7 to 13 days ago"),
    "14-29": N_("14 to 29 days ago"),
    "30+": N_("30 days ago or more"),
}
ACTIVE_NAMES = {"1": N_("1 day"), "2-3": N_("2 or 3 days"), "4-7": N_("4 to 7 days"), "8+": N_("8 days or more")}
TIMES_NAMES = {"1": N_("Once"), "2": N_("Twice"), "3+": N_("Three times or more")}
MEASURE_NAMES = {"csat": "CSAT", "nps": "NPS", "ces": "CES"}
CSV_HEAD = (N_("Portal"), N_("Service"), N_("Loyalty index"), *PART_NAMES.values(), N_("Not known"))
