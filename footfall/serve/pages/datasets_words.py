"""Words of datasets: modules, states, uses of columns, why rows are refused. ``N_`` marks a text for the catalogues; pages translate it."""

from footfall.serve.pages.language import N_, Language

__all__ = [
    "COHORTS",
    "GRAINS",
    "LOAD_STATES",
    "MODULES",
    "REASONS",
    "STATES",
    "USES",
    "place_in_words",
    "reason_in_words",
    "rung_in_words",
]

MODULES = {
    "geodata": N_("Places and movement"),
    "payments": N_("Payments and fines"),
    "wifi": N_("Transit Wi-Fi"),
    "transit": N_("Transit passes and ridership"),
    "restrictions": N_("Restriction violations"),
    "events": N_("Events"),
    "surveys": N_("Surveys"),
    "counters": N_("Server logs and counters"),
}
STATES = {
    "waiting": N_("Nothing loaded yet"),
    "loading": N_("Is being loaded"),
    "loaded": N_("Loaded"),
    "late": N_("Late"),
    "refused": N_("The newest file was refused"),
    "failed": N_("The newest load failed"),
    "withdrawn": N_("Withdrawn"),
}
LOAD_STATES = {
    "running": N_("is at work"),
    "current": N_("is read"),
    "replaced": N_("replaced by a newer one"),
    "refused": N_("refused"),
    "failed": N_("failed"),
    "withdrawn": N_("withdrawn"),
}
USES = {
    "time": N_("says when"),
    "latitude": N_("says where, and is made coarser"),
    "longitude": N_("says where, and is made coarser"),
    "place": N_("names a place"),
    "category": N_("is a category"),
    "measure": N_("is added up"),
    "cohort": N_("counts people, trips or payments"),
    "device": N_("tells devices apart for a day, in memory alone"),
    "track": N_("tells which points belong together, in memory alone"),
    "payee": N_("tells who is paid apart, in memory alone"),
    "question": N_("is the question"),
    "score": N_("is the answer"),
    "check": N_("is checked, and goes no further"),
}
REASONS = {
    "missing": N_("is missing"),
    "unreadable": N_("cannot be read"),
    "below": N_("is below what is allowed"),
    "above": N_("is above what is allowed"),
    "not_allowed": N_("is none of the values that are allowed"),
    "malformed": N_("has another form"),
    "too_coarse": N_("is longer than the finest rung"),
    "too_long": N_("has more fields than the header"),
    "late": N_("is older than what is read again"),
}
ROW = N_("The row")
"""Of which a reason tells that is of no column."""
GRAINS = {"hour": N_("hour"), "day": N_("day"), "week": N_("week"), "month": N_("month"), "quarter": N_("quarter"), "year": N_("year")}
COHORTS = {"rows": N_("a row each"), "certified": N_("certified by the supplier")}
PLACES = {"city": N_("whole city"), "district": N_("district"), "okrug": N_("okrug"), "stop": N_("stop"), "station": N_("station")}
CELL = N_("cell H3, resolution %(number)s")


def reason_in_words(spoken: Language, reason: str) -> str:
    """``Issued:missing`` as a person says it."""
    column, _, word = reason.rpartition(":")
    told = spoken.text(REASONS.get(word, word))
    return f"{spoken.text(ROW) if column == 'row' else f'«{column}»'} {told}"


def rung_in_words(spoken: Language, time: str, place: str) -> str:
    """A rung of the ladder: how long, and where."""
    return f"{spoken.text(GRAINS[time])} × {place_in_words(spoken, place)}"


def place_in_words(spoken: Language, kind: str) -> str:
    """A kind of place."""
    number = kind.removeprefix("h3:")
    return spoken.text(PLACES.get(kind, kind)) if number == kind else spoken.text(CELL, number=number)
