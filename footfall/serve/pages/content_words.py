"""Words of the content catalogue for people. ``N_`` marks a text for the catalogues of messages; pages translate it."""

from footfall.serve.pages.language import N_

__all__ = ["ITEM_STATES", "KIND_NAMES", "RUN_STATES", "SOURCE_NAMES"]

KIND_NAMES = {
    "article": N_("Article"),
    "service": N_("Service"),
    "event": N_("Event"),
    "form": N_("Form"),
    "page": N_("Page"),
}
ITEM_STATES = {"live": N_("live"), "fading": N_("fading"), "dead": N_("gone"), "hidden": N_("hidden")}
SOURCE_NAMES = {
    "sitemap": N_("Sitemap"),
    "feed": N_("Feed (RSS, Atom)"),
    "crawl": N_("Links from page to page"),
    "traffic": N_("Pages that visitors see"),
}
RUN_STATES = {
    "": N_("not yet read"),
    "asked": N_("will be read soon"),
    "running": N_("is being read"),
    "waits": N_("waits to be tried again"),
    "done": N_("read"),
    "failed": N_("failed"),
}
