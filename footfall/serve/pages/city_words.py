"""How the City page names what data are made of."""

from footfall.serve.pages.language import N_

__all__ = ["AGGREGATES", "GRAIN_NAMES", "KIND_NAMES", "STRENGTHS"]

GRAIN_NAMES = {
    "hour": N_("the hour"),
    "day": N_("the day"),
    "week": N_("the week"),
    "month": N_("the month"),
    "quarter": N_("the quarter"),
    "year": N_("the year"),
}
"""What something is counted with."""
KIND_NAMES = {
    "city": N_("City"),
    "district": N_("District"),
    "okrug": N_("Okrug"),
    "ward": N_("Ward"),
    "stop": N_("Stop"),
    "station": N_("Station"),
    "zone": N_("Zone"),
    "h3:7": N_("Cells of 5 km²"),
    "h3:8": N_("Cells of 0.7 km²"),
    "h3:9": N_("Cells of 0.1 km²"),
}
"""Others are called what their contract calls them."""
AGGREGATES = {
    "sum": N_("Sums are rounded to what ten of their cohort make."),
    "count": N_("Counts are rounded to tens."),
    "mean": N_("Means weigh each cell by its cohort, and are rounded to what one of it makes."),
    "distinct": N_("A device counts once in each step and place it was in: numbers of several are of device-days, not of devices."),
}
STRENGTHS = {
    "strong": N_("Places with more of one have clearly more of the other, with few exceptions"),
    "clear": N_("Places with more of one tend to have more of the other"),
    "weak": N_("There is a weak likeness between the two"),
    "none": N_("The two have nothing to do with each other that their places would show"),
}
"""Of a positive rank correlation; a negative one is said to run the other way."""
