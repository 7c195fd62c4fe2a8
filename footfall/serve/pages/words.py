"""Names that pages show for what the code calls by other names. ``N_`` marks a text for the catalogues; pages translate it."""

from collections.abc import Callable
from datetime import datetime

from footfall.reports.places import name_of
from footfall.serve.pages.language import N_, Language
from footfall.serve.pages.panels import Tab
from footfall.serve.pages.view import PROPERTY, Chip

__all__ = [
    "COMPARES",
    "EXPLAINED",
    "FIELD_NAMES",
    "FILTERS",
    "FORM_ENDS",
    "INTERVAL_NAMES",
    "KEYS",
    "KEY_NAMES",
    "METRIC_NAMES",
    "OPERATOR_NAMES",
    "PANEL_NAMES",
    "PERIOD_NAMES",
    "REFUSAL_NAMES",
    "REMEDY_NAMES",
    "REMEMBERED_NAMES",
    "TAB_NAMES",
]


METRIC_NAMES = {
    "visitors": N_("Visitors"),
    "visits": N_("Visits"),
    "pageviews": N_("Page views"),
    "views_per_visit": N_("Views per visit"),
    "bounce_rate": N_("Bounce rate"),
    "visit_duration": N_("Visit duration"),
    "percentage": N_("Share"),
    "events": N_("Events"),
    "conversion_rate": N_("Conversion rate"),
    "exit_rate": N_("Exit rate"),
    "time_on_page": N_("Time on page"),
    "scroll_depth": N_("Scroll depth"),
}
EXPLAINED = {
    "visitors": N_("People by day, as nearly as can be told without knowing anybody. Whoever comes back on another day counts again."),
    "visits": N_("A stretch of looking at the portal; it ends after 30 quiet minutes."),
    "pageviews": N_("Pages looked at."),
    "views_per_visit": N_("Page views divided by visits."),
    "bounce_rate": N_("Visits with one page view and nothing else done, of all visits. Filtered by page: of the visits that began there."),
    "visit_duration": N_("Mean time from the first to the last thing done in a visit."),
    "percentage": N_("The row's visitors of all visitors under the same filters."),
    "events": N_("Page views and whatever else the portal tells about: clicks, downloads, forms."),
    "conversion_rate": N_("Visitors who reached the goal, of all visitors."),
    "exit_rate": N_("Visits that ended on the page, of the page's views."),
    "time_on_page": N_("Mean time of attention: the page is open, in front, and somebody is there."),
    "scroll_depth": N_("How far down a page was seen, the deepest of each visit, in the mean."),
}
PERIOD_NAMES = {
    "day": N_("Today"),
    "24h": N_("Last 24 hours"),
    "7d": N_("Last 7 days"),
    "28d": N_("Last 28 days"),
    "30d": N_("Last 30 days"),
    "91d": N_("Last 91 days"),
    "month": N_("This month"),
    "year": N_("This year"),
    "6mo": N_("Last 6 months"),
    "12mo": N_("Last 12 months"),
    "all": N_("All time"),
    "custom": N_("Custom"),
}
KEYS = {
    "day": "d",
    "24h": "h",
    "7d": "w",
    "28d": "f",
    "30d": "t",
    "91d": "n",
    "month": "m",
    "year": "y",
    "6mo": "s",
    "12mo": "l",
    "all": "a",
}
"""The key of a period; Plausible's."""
KEY_NAMES = {
    "D": N_("Today"),
    "H": N_("Last 24 hours"),
    "W": N_("Last 7 days"),
    "F": N_("Last 28 days"),
    "T": N_("Last 30 days"),
    "N": N_("Last 91 days"),
    "M": N_("This month"),
    "S": N_("Last 6 months"),
    "L": N_("Last 12 months"),
    "Y": N_("This year"),
    "A": N_("All time"),
    "C": N_("Choose a period"),
    "X": N_("Compare"),
    "I": N_("Steps of the graph"),
    "/": N_("Filter"),
    "Backspace": N_("Remove all filters"),
    "Esc": N_("Close what is open"),
    "?": N_("These keys"),
}
COMPARES = {"": N_("No comparison"), "previous": N_("Previous period"), "year": N_("Year before"), "custom": N_("Custom")}
INTERVAL_NAMES = {
    "": N_("Automatic"),
    "minute": N_("Minutes"),
    "hour": N_("Hours"),
    "day": N_("Days"),
    "week": N_("Weeks"),
    "month": N_("Months"),
    "quarter": N_("Quarters"),
    "year": N_("Years"),
}
PANEL_NAMES = {
    "sources": N_("Sources"),
    "pages": N_("Pages"),
    "places": N_("Places"),
    "devices": N_("Devices"),
    "behaviour": N_("Behaviour"),
    "found": N_("Searches and links"),
    "forms": N_("Forms"),
    "properties": N_("Properties"),
}
TAB_NAMES = {
    "property": N_("Property"),
    "reading": N_("Time and scroll"),
    "map": N_("Map"),
    "search": N_("Searched for"),
    "search_empty": N_("Searched in vain"),
    "outbound": N_("Outbound links"),
    "download": N_("Downloads"),
    "missing": N_("Pages not found"),
    "form": N_("From start to sending"),
}
"""Of tabs that are not named by their field."""
FORM_ENDS = (N_("Started it"), N_("Sent it"))
"""A form's first and last step."""
FIELD_NAMES = {
    "channel": N_("Channel"),
    "source": N_("Source"),
    "referrer": N_("Referrer"),
    "utm_campaign": N_("Campaign"),
    "utm_source": N_("Campaign source"),
    "utm_medium": N_("Campaign medium"),
    "utm_content": N_("Campaign content"),
    "utm_term": N_("Campaign term"),
    "page": N_("Page"),
    "entry_page": N_("Entry page"),
    "exit_page": N_("Exit page"),
    "hostname": N_("Host"),
    "country": N_("Country"),
    "region": N_("Region"),
    "city": N_("City"),
    "browser": N_("Browser"),
    "browser_version": N_("Browser version"),
    "os": N_("System"),
    "os_version": N_("System version"),
    "device": N_("Device"),
    "goal": N_("Goal"),
    "event": N_("Event"),
}
REMEMBERED_NAMES = {
    "page": N_("Pages"),
    "entry_page": N_("Entry pages"),
    "exit_page": N_("Exit pages"),
    "channel": N_("Channels"),
    "source": N_("Sources"),
    "country": N_("Countries"),
    "region": N_("Regions"),
    "device": N_("Devices"),
    "goal": N_("Goals"),
    "hour": N_("Hours"),
    "duration": N_("Length of visits"),
    "search": N_("Searched for"),
}
"""Of what the marts tell apart."""
REFUSAL_NAMES = {
    "bot": N_("the browser says it is a robot, or is driven by one"),
    "unknown_portal": N_("no portal of that name: look at data-site in the line"),
    "privacy_signal": N_("this portal refuses events that carry Global Privacy Control or Do Not Track"),
    "spam_referrer": N_("the page was reached from a site known for referrer spam"),
    "rate_limit": N_("too many events a minute from one address; behind a proxy see below"),
    "prefetch": N_("the browser fetched the page ahead, nobody saw it"),
    "malformed": N_("it could not be read"),
    "too_large": N_("it is too large"),
    "no_visit": N_("a sign of attention without a visit"),
    "unavailable": N_("the journal could not take it just then"),
}
"""Reasons of ``collect.pipeline.REASONS``, for people."""
REMEDY_NAMES = {
    "bot": N_("Check with a browser that nothing drives and whose name no extension hides."),
    "unknown_portal": N_("Paste the line above once more, as it is."),
    "privacy_signal": N_("Nothing is wrong: such visitors are left out, and so are you. Check with a browser that does not ask for it."),
    "spam_referrer": N_("Check again from here: this page is on no such list."),
    "rate_limit": N_("Check again in a minute."),
    "prefetch": N_("Check again with the page not prepared ahead: turn that off in the browser."),
    "malformed": N_("Paste the line above once more: the script or a proxy on the way changed what is sent."),
    "too_large": N_("Look for a page address or for properties that are very long."),
    "no_visit": N_("Check again."),
    "unavailable": N_("Nothing is wrong with the page. Whoever runs the server finds the reason at /health."),
}
"""What to do about each."""
OPERATOR_NAMES = {"is": N_("is"), "is_not": N_("is not"), "contains": N_("contains"), "contains_not": N_("does not contain")}
VALUES = {
    "Direct / None": N_("Direct"),
    "Direct": N_("Direct"),
    "(not set)": N_("Not set"),
    "(none)": N_("None"),
    "pageview": N_("Page view"),
    "Desktop": N_("Desktop"),
    "Mobile": N_("Mobile"),
    "Tablet": N_("Tablet"),
    "TV": N_("TV"),
    "Cross-network": N_("Cross-network"),
    "Paid Shopping": N_("Paid Shopping"),
    "Paid Search": N_("Paid Search"),
    "Paid Social": N_("Paid Social"),
    "Paid Video": N_("Paid Video"),
    "Display": N_("Display advertising"),
    "Paid Other": N_("Paid Other"),
    "Organic Shopping": N_("Organic Shopping"),
    "Organic Social": N_("Organic Social"),
    "Organic Video": N_("Organic Video"),
    "AI Assistants": N_("AI Assistants"),
    "Organic Search": N_("Organic Search"),
    "Email": N_("Email"),
    "Affiliates": N_("Affiliates"),
    "Audio": N_("Audio"),
    "SMS": N_("SMS"),
    "Mobile Push Notifications": N_("Mobile Push Notifications"),
    "Referral": N_("Referral"),
}
"""Values that Footfall made itself; all others are shown as they came."""
UNKNOWN = N_("Unknown")
OURS = ("channel", "source", "referrer", "device", "event", "country", "region", "city", "browser", "os", "browser_version", "os_version")
SHARES = ("bounce_rate", "percentage", "conversion_rate", "exit_rate", "scroll_depth")
DURATIONS = ("visit_duration", "time_on_page")


def named(language: Language, label: str, field: str) -> str:
    """A row's or a filter's value as the reader's language says it."""
    if field == "country" and len(label) == 2:
        return str(language.locale.territories.get(label, label))
    if field in ("region", "city") and label:
        return name_of(field, label)
    known = VALUES.get(label) if field in OURS or field.startswith("utm_") else None
    return language.text(known) if known else label or language.text(UNKNOWN)


def tab_name(language: Language, tab: Tab) -> str:
    """What a tab is called; a property by its own name."""
    known = TAB_NAMES.get(tab.name) or FIELD_NAMES.get(tab.field)
    return language.text(known) if known else tab.field.removeprefix(PROPERTY)


def column_name(language: Language, tab: Tab) -> str:
    """What the column of a tab's values is called."""
    known = FIELD_NAMES.get(tab.field)
    return language.text(known) if known else tab_name(language, tab)


def listed(language: Language, chip: Chip) -> str:
    """A filter's values, in words."""
    return language.listed(named(language, value, chip.field) for value in chip.values)


def metric(language: Language, number: float | None, name: str) -> str:
    """A metric's number with its unit; a dash where the gate left it blank or there is none."""
    if number is None:
        return "–"
    if name in DURATIONS:
        return language.duration(number)
    if name in SHARES:
        return language.percent(number)
    return language.number(number, 2 if name == "views_per_visit" else 0)


def bucket(language: Language, label: str) -> str:
    """A bucket's label (local time) in words: a day, or a day with its hour."""
    local = datetime.fromisoformat(label)
    if len(label) == 10:
        return language.day(local.date(), "EEEdMMM")
    return f"{language.day(local.date(), 'dMMM')}, {language.time(local)}"


def tick(language: Language, label: str) -> str:
    """A bucket's label where there is little room: the day, or the hour alone."""
    local = datetime.fromisoformat(label)
    return language.day(local.date(), "dMMM") if len(label) == 10 else language.time(local)


FILTERS: dict[str, Callable[..., str]] = {
    "metric": metric,
    "named": named,
    "bucket": bucket,
    "tick": tick,
    "chip_values": listed,
    "tab_name": tab_name,
    "column_name": column_name,
}
"""What templates call them by; the language is given to all."""
