"""The panels of a portal's page and the questions behind them. PANELS is the whole list, in order."""

from typing import Any, Protocol

import msgspec

from footfall.errors import BadQuestion, NotFound, Refused
from footfall.privacy import Released
from footfall.reports.catalogue import NONE
from footfall.reports.forms import FormPath, form_paths
from footfall.reports.funnels import Taken
from footfall.sentences import NOTHING, Sentence
from footfall.serve.answers import Of, ask_of
from footfall.serve.answers_paths import forms_of
from footfall.serve.pages.view import FIELDS, METRICS, NAMES, PROPERTY, View, dimension_of, is_property
from footfall.serve.pages.world import World, draw_world
from footfall.vocabulary import Answer

__all__ = [
    "LONG_ROWS",
    "PANELS",
    "SHORT_ROWS",
    "Ask",
    "Panel",
    "Shown",
    "Tab",
    "card_question",
    "graph_question",
    "panel_of",
    "panel_question",
    "show",
]


class Ask(Protocol):
    """The released answer to a question without its portal."""

    def __call__(self, question: dict[str, Any], of: Of = ask_of, /) -> Released[Answer]: ...


SHORT_ROWS, LONG_ROWS, MAP_ROWS = 9, 100, 400
"""Rows of a panel, of one that has the page to itself, and of a map: there are fewer countries."""
FORM_FIELD = PROPERTY + "field"
SHORT_FORMS = 3
"""Forms of a panel, each with its steps; one that has the page to itself has them all."""


class Tab(msgspec.Struct, frozen=True, kw_only=True):
    """One way to split visitors."""

    name: str
    """In addresses."""
    field: str
    """The field of ``view.FIELDS`` that a click on a row filters by."""
    metrics: tuple[str, ...] = ("visitors", "percentage")
    """The bars are drawn by the first."""
    more: tuple[str, ...] = ()
    """Further columns where the panel has the page to itself."""
    event: str = ""
    """Only of events of this name; empty is all."""
    only: tuple[str, tuple[str, ...]] | None = None
    """Only where this property has one of these values."""
    leaves_out: str = ""
    """Not this value."""
    leads_to_tabs: bool = False
    """Its rows are properties; a click on one shows its values instead of filtering."""
    is_map: bool = False
    """Countries, drawn: all of them, never a page of rows."""
    is_forms: bool = False
    """Forms, each with its steps."""


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """A card of tabs."""

    name: str
    tabs: tuple[Tab, ...]
    is_lazy: bool = False
    """Asked only when it is looked at: no daily roll-up knows it, and every event is read."""
    takes_properties: bool = False
    """``prop.NAME`` is a tab of it too, whatever the name."""
    former: tuple[str, ...] = ()
    """Tabs that it had once: addresses and shared links may name them still, and are shown the first."""

    def tab(self, name: str) -> Tab:
        """The tab of that name, the first for none.

        Raises:
            NotFound: there is no such tab.
        """
        if not name or name in self.former:
            return self.tabs[0]
        for tab in self.tabs:
            if tab.name == name:
                return tab
        if self.takes_properties and is_property(name):
            return Tab(name=name, field=name, metrics=COUNTED, leaves_out=NONE)
        raise NotFound("No tab {name!r} here. Valid: {valid}.", name=name, valid=", ".join(tab.name for tab in self.tabs))


VISITS = ("bounce_rate", "visit_duration")
COUNTED = ("visitors", "events", "percentage")


def _tabs(*names: str, more: tuple[str, ...] = VISITS) -> tuple[Tab, ...]:
    return tuple(Tab(name=name, field=name, more=more) for name in names)


def _of_event(name: str, prop: str, event: str, *, only: tuple[str, tuple[str, ...]] | None = None) -> Tab:
    return Tab(name=name, field=PROPERTY + prop, metrics=("visitors", "events"), event=event, only=only)


PANELS = (
    Panel(
        name="sources",
        tabs=_tabs("channel", "source", "referrer", "utm_campaign", "utm_source", "utm_medium", "utm_content", "utm_term"),
    ),
    Panel(
        name="pages",
        tabs=(
            Tab(name="page", field="page", metrics=("visitors", "pageviews"), more=("bounce_rate", "time_on_page", "scroll_depth")),
            Tab(name="reading", field="page", metrics=("visitors", "time_on_page", "scroll_depth")),
            Tab(name="entry_page", field="entry_page", metrics=("visitors", "visits"), more=VISITS),
            Tab(name="exit_page", field="exit_page", metrics=("visitors", "visits"), more=("exit_rate",)),
            Tab(name="hostname", field="hostname", metrics=("visitors", "pageviews")),
        ),
    ),
    Panel(name="places", tabs=(*_tabs("country", "region", "city"), Tab(name="map", field="country", is_map=True))),
    Panel(name="devices", tabs=_tabs("browser", "os", "device", "browser_version", "os_version")),
    Panel(
        name="behaviour",
        is_lazy=True,
        tabs=(
            Tab(name="goal", field="goal", metrics=("visitors", "events", "conversion_rate")),
            Tab(name="event", field="event", metrics=("visitors", "events")),
        ),
    ),
    Panel(
        name="found",
        is_lazy=True,
        tabs=(
            _of_event("search", "search_query", "Site Search"),
            _of_event("search_empty", "search_query", "Site Search", only=("results", ("0",))),
            _of_event("outbound", "url", "Outbound Link: Click"),
            _of_event("download", "url", "File Download"),
            _of_event("missing", "path", "404"),
        ),
    ),
    Panel(
        name="forms",
        is_lazy=True,
        former=("form_started", "form_field", "form_sent"),
        tabs=(Tab(name="form", field=PROPERTY + "form", metrics=("visitors",), is_forms=True),),
    ),
    Panel(
        name="properties",
        is_lazy=True,
        takes_properties=True,
        tabs=(Tab(name="property", field=NAMES, metrics=COUNTED, leads_to_tabs=True),),
    ),
)


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A panel's answer, or why it has none."""

    panel: Panel
    tab: Tab
    metrics: tuple[str, ...]
    """Columns, as answered."""
    limit: int = SHORT_ROWS
    """Rows at a time."""
    released: Released[Answer] | None = None
    world: World | None = None
    """The answer of a map, drawn."""
    forms: tuple[FormPath, ...] = ()
    """Those of the answer; of a card the first few."""
    fault: Sentence = NOTHING
    """A sentence; with neither it was not asked yet."""

    @property
    def answer(self) -> Answer | None:
        return self.released.answer if self.released else None

    @property
    def tabs(self) -> tuple[Tab, ...]:
        """Those to choose from: the panel's, and the one that is shown."""
        return self.panel.tabs if self.tab in self.panel.tabs else (*self.panel.tabs, self.tab)

    @property
    def has_blank_steps(self) -> bool:
        """Whether a step of the forms has no number."""
        return any(step.visitors is None for form in self.forms for step in form.steps)

    def at(self, view: View, form: FormPath, step: Taken) -> View:
        """The view of those who did what the form's step is; of the first, anything with the form."""
        fields = (self.tab.field, FORM_FIELD, "event")
        view = view.changed(filters=tuple(chip for chip in view.filters if chip.field not in fields)).with_filter(self.tab.field, form.name)
        if step is form.steps[-1]:
            return view.with_filter("event", "Form: Submission")
        return view if step is form.steps[0] else view.with_filter(FORM_FIELD, step.name)

    @property
    def template(self) -> str:
        """What draws the answer."""
        return "forms.html" if self.tab.is_forms else "map.html" if self.world else "rows.html"


def panel_of(name: str) -> Panel:
    """Raises NotFound where there is no panel of that name."""
    for panel in PANELS:
        if panel.name == name:
            return panel
    raise NotFound("No panel {name!r} here. Valid: {valid}.", name=name, valid=", ".join(panel.name for panel in PANELS))


def card_question(view: View) -> dict[str, Any]:
    """All cards at once, compared if the view compares, up to the same moment. Views a visit mean nothing once filtered by page."""
    on_page = any(chip.field == "page" for chip in view.filters)
    names = [name for name in METRICS if not (on_page and name == "views_per_visit")]
    question = _question(view, {"metrics": names}, comparisons=True)
    if "comparisons" in question["include"]:
        question["include"]["comparisons"]["same_moment"] = True
    return question


def graph_question(view: View) -> dict[str, Any]:
    """The graph's metric by its buckets, each of them; beside it all of the other period, also what is yet to come in this one."""
    time = f"time:{view.interval}" if view.interval else "time"
    return _question(view, {"metrics": [view.metric], "dimensions": [time]}, comparisons=True, time_labels=True)


def panel_question(view: View, tab: Tab, *, limit: int = SHORT_ROWS, offset: int = 0) -> dict[str, Any]:
    """The tab's rows, largest first; more than a card holds have all columns."""
    is_long = limit > SHORT_ROWS
    metrics = [*tab.metrics, *(tab.more if is_long else ())]
    paging = {"limit": limit, "offset": offset}
    asked = {"metrics": metrics, "dimensions": [dimension_of(tab.field)], "pagination": paging}
    question = _question(view, asked, total_rows=limit > SHORT_ROWS)
    if tab.event:
        question["filters"].append(["is", FIELDS["event"], [tab.event]])
    if tab.only:
        question["filters"].append(["is", dimension_of(PROPERTY + tab.only[0]), list(tab.only[1])])
    if tab.leaves_out:
        question["filters"].append(["is_not", dimension_of(tab.field), [tab.leaves_out]])
    return question


def show(panel: Panel, tab: Tab, view: View, ask: Ask, *, limit: int = SHORT_ROWS, page: int = 1) -> Shown:
    """The tab, asked; a question that cannot be put or may not be answered leaves its sentence."""
    if tab.is_forms:
        return _show_forms(panel, tab, view, ask, limit)
    limit = max(limit, MAP_ROWS) if tab.is_map else limit
    question = panel_question(view, tab, limit=limit, offset=(page - 1) * limit)
    shown = Shown(panel=panel, tab=tab, metrics=tuple(question["metrics"]), limit=limit)
    try:
        released = ask(question)
        return msgspec.structs.replace(shown, released=released, world=draw_world(released) if tab.is_map else None)
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(shown, fault=error.sentence)


def _show_forms(panel: Panel, tab: Tab, view: View, ask: Ask, limit: int) -> Shown:
    shown = Shown(panel=panel, tab=tab, metrics=tab.metrics, limit=limit)
    try:
        released = ask(_question(view, {}), forms_of)
    except (BadQuestion, Refused) as error:
        return msgspec.structs.replace(shown, fault=error.sentence)
    most = SHORT_FORMS if limit <= SHORT_ROWS else None
    return msgspec.structs.replace(shown, released=released, forms=form_paths(released)[:most])


def _question(view: View, asked: dict[str, Any], *, comparisons: bool = False, **include: bool) -> dict[str, Any]:
    wanted: dict[str, Any] = dict(include)
    if comparisons and view.comparisons:
        wanted["comparisons"] = view.comparisons
    filters = [chip.as_question() for chip in view.filters]
    return {"date_range": view.date_range, "filters": filters, "include": wanted} | asked
