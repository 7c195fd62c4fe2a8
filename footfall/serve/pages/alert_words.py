"""Words of alerts: what a channel is told, and what its page calls things."""

from footfall.serve.pages.language import N_

__all__ = [
    "ABOUT_WORDS",
    "CARD_TITLES",
    "CHANCE",
    "CHANGE_TITLES",
    "CITY",
    "COUNTED",
    "COUNTS",
    "DIGEST",
    "INCOMPLETE",
    "KIND_WORDS",
    "LIKELY",
    "REASONS",
    "SENT_WORDS",
    "SINCE",
    "SINCE_DAY",
    "SURE",
    "TELL_CHANNEL",
    "TEST_BODY",
    "TEST_TITLE",
]

TELL_CHANNEL = N_("A channel is told of trends and targets")
"""Title of a job."""
KIND_WORDS = {
    "email": N_("E-mail"),
    "webhook": N_("Webhook"),
    "telegram": N_("Telegram"),
    "slack": N_("Slack"),
    "teams": N_("Microsoft Teams"),
}
ABOUT_WORDS = {
    "trends": N_("New trends"),
    "outages": N_("Outages and broken tags"),
    "targets": N_("Targets whose state changed"),
    "city": N_("Trends in the city's data"),
}
SENT_WORDS = {"sent": N_("sent"), "waits": N_("is tried again"), "failed": N_("given up")}
CARD_TITLES = {
    "rise": N_("%(name)s: more than usual"),
    "fall": N_("%(name)s: less than usual"),
    "new": N_("%(name)s: new here, and already much used"),
    "outage": N_("Hardly anything is counted: an outage"),
    "broken_tag": N_("Hardly anything is counted, and more is refused: the tag is probably broken"),
}
INCOMPLETE = N_("%(name)s: all places have less than three tenths of the usual, the data are hardly complete")
"""Of the city's data."""
CITY = N_("The city's data")
CHANGE_TITLES = {
    "on_track": N_("Target %(name)s: on track again"),
    "at_risk": N_("Target %(name)s: at risk"),
    "met": N_("Target %(name)s: met"),
    "missed": N_("Target %(name)s: missed"),
}
COUNTS = {"pageviews": N_("Page views"), "events": N_("Events"), "visits": N_("Visits"), "visitors": N_("Visitors")}
COUNTED = N_("%(counts)s: %(observed)s instead of %(expected)s (usually %(low)s to %(high)s).")
SINCE = N_("Since %(day)s, %(time)s.")
SINCE_DAY = N_("Since %(day)s.")
CHANCE = N_("Chance to reach it: %(chance)s.")
REASONS = {
    "calendar": N_("Likely reason: %(value)s."),
    "campaign": N_("Likely reason: the campaign %(value)s."),
    "source": N_("Likely reason: visits from %(value)s."),
    "search": N_("Likely reason: people search for “%(value)s”."),
    "event": N_("Likely reason: %(value)s."),
    "place": N_("Most of it is at %(value)s."),
}
"""Where there is one to name."""
LIKELY = {"possible": N_("possible"), "likely": N_("likely"), "certain": N_("certain")}
SURE = N_("How sure: %(word)s.")
DIGEST = N_("What was held back until morning: %(count)s")
TEST_TITLE = N_("A test of this channel")
TEST_BODY = N_("New trends, outages and targets will be told here. Nothing happened.")
