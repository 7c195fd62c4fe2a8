"""Plain words for what a portal collects and what its statistics are, in the order in which they are told."""

from typing import Any

from footfall.serve.pages.language import N_

__all__ = ["RESIDENTS_WORDS"]

COLLECTED = {
    "page": (N_("Which page"), N_("The page's address: host and path. What stands behind the question mark is cut off, but for:")),
    "time": (N_("When"), N_("The moment of the event, its date where the portal is, and the portal.")),
    "event": (N_("What happened"), N_("That a page was opened, or the name of an event such as a sent form or a download.")),
    "reading": (N_("How long"), N_("How long the page was looked at, and how far down it was read, in percent.")),
    "source": (
        N_("Where from"),
        N_("The page that led here, without what stands behind its question mark."),
    ),
    "campaign": (N_("Campaign"), N_("The campaign that a link names.")),
    "device": (
        N_("With what"),
        N_("Kind of device, browser and operating system with their versions, such as Firefox 140 on Windows 11."),
    ),
    "place": (
        N_("From where, roughly"),
        N_("Country, and region and city where the table here has them; looked up from the address."),
    ),
    "properties": (
        N_("Details of events"),
        N_("Short texts that the portal's pages add to an event, such as a form's name or what was searched for. Kept are:"),
    ),
    "visitor": (
        N_("A pseudonym of the day"),
        N_(
            "A number made of address, browser and a random secret. It tells visits of one day apart. The secret is destroyed after "
            "midnight; then the number cannot be traced to anybody, and on the next day and on any other portal it is another."
        ),
    ),
}
NOT_COLLECTED = {
    "address": N_("your address on the internet (IP)"),
    "agent": N_("what your browser calls itself, word for word (user agent)"),
    "cookies": N_("cookies; none is set and none is read"),
    "ids": N_("names, accounts, advertising or device ids"),
    "typed": N_("what you type into forms"),
    "query": N_("what stands behind the question mark of an address, but for what is named above"),
    "fingerprint": N_("your screen, language, fonts or plugins"),
}
SIGNAL = {
    "count": N_("the visit is counted without detail: the page, the event and the time; no pseudonym, device, place or source."),
    "refuse": N_("nothing of the visit is kept. Only the number of such refusals is."),
    "ignore": N_("this portal does not look at it. Opting out as said above works all the same."),
}
READERS = {
    "staff": N_("The portal's own staff, who sign in"),
    "outside": N_("Whoever has a link or a panel that the staff shared"),
    "city": N_("The city's own offices"),
    "open": N_("Everybody, as open data"),
}
MARTS = {
    "page": N_("visitors of each page"),
    "place_device": N_("visitors by country, region and kind of device"),
    "source": N_("visitors by where they came from"),
    "hour": N_("visitors by hour"),
    "entry_exit": N_("visitors by first and by last page"),
    "portal": N_("visitors of the portal"),
    "goal": N_("visitors who reached a goal"),
    "duration": N_("visitors by how long they stayed"),
    "search_term": N_("visitors by what the portal was searched for"),
    "co_visit": N_("visitors of two pages, by pair"),
    "topic_hour": N_("visitors by what the pages they saw are about, by hour"),
    "topic_place": N_("visitors by what the pages they saw are about, by region"),
    "topic_pair": N_("visitors of two topics, by pair"),
    "flow": N_("visitors whom another of the city's portals led here"),
}
RESIDENTS_WORDS: dict[str, dict[str, Any]] = {
    "collected": COLLECTED,
    "not_collected": NOT_COLLECTED,
    "signal": SIGNAL,
    "readers": READERS,
    "marts": MARTS,
}
"""By part of the page: words by the names of ``serve.residents``."""
