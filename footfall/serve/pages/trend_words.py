"""Words of trends' pages."""

from footfall.serve.pages.language import N_

__all__ = ["CONFIDENCE_WORDS", "COUNT_WORDS", "DIMENSION_WORDS", "GROUP_WORDS", "KIND_WORDS", "OVER_WORDS", "REASON_WORDS", "STATE_WORDS"]

GROUP_WORDS = {"now": N_("Going on"), "closed": N_("Closed, last 30 days")}
STATE_WORDS = {
    "candidate": N_("seen once"),
    "emerging": N_("emerging"),
    "trend": N_("lasting"),
    "fading": N_("fading"),
    "closed": N_("over"),
}
KIND_WORDS = {
    "rise": N_("Rise"),
    "fall": N_("Fall"),
    "new": N_("Something new"),
    "outage": N_("Outage"),
    "broken_tag": N_("Broken tag"),
}
DIMENSION_WORDS = {
    "portal": N_("The whole portal"),
    "section": N_("Section"),
    "page": N_("Page"),
    "topic": N_("Topic"),
    "search": N_("Search term"),
    "search_zero": N_("Search that found nothing"),
    "service_step": N_("Step of a service"),
    "goal": N_("Goal"),
    "source": N_("Source"),
    "channel": N_("Channel"),
    "campaign": N_("Campaign"),
    "region": N_("Region"),
    "city": N_("City"),
    "measure": N_("The city's data"),
    "measure_place": N_("The city's data by place"),
    "place": N_("Place"),
}
"""Of series and of what drives them."""
COUNT_WORDS = {"pageviews": N_("Page views"), "events": N_("Events"), "visits": N_("Visits that began"), "visitors": N_("Visitors")}
CONFIDENCE_WORDS = {
    "certain": N_("Certain: of a thousand such findings at most one is chance."),
    "likely": N_("Likely: of fifty such findings at most one is chance."),
    "possible": N_("Possible: of ten such findings at most one is chance."),
}
REASON_WORDS = {
    "outage": N_("The whole portal has less than three tenths of what was expected: an outage."),
    "broken_tag": N_("More events are refused than usual while few are counted: the tag is broken."),
    "calendar": N_("A special day: %(value)s."),
    "campaign": N_("The campaign %(value)s brings half of it or more."),
    "source": N_("Most of it comes from %(value)s."),
    "search": N_("Most of those visitors searched for “%(value)s”."),
    "place": N_("Most of it is at %(value)s."),
    "incomplete": N_("All places have less than three tenths of what was expected: the data are hardly complete."),
    "event": N_("An event: %(value)s."),
    "unknown": N_("No single cause stands out."),
}
OVER_WORDS = {
    "outage": N_("The whole portal had less than three tenths of what was expected: an outage."),
    "broken_tag": N_("More events were refused than usual while few were counted: the tag was broken."),
    "incomplete": N_("All places had less than three tenths of what was expected: the data were hardly complete."),
}
"""Instead, where it is over."""
