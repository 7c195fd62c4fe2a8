"""The demo city: six portals with their pages, sources, hours and habits. All names are made up."""

import msgspec

from footfall.demo.forms import DemoForm
from footfall.demo.stories import DemoOutage, DemoStory, Source
from footfall.vocabulary import Step

__all__ = [
    "CITY",
    "PLACES",
    "Action",
    "DemoFunnel",
    "DemoGoal",
    "DemoNote",
    "DemoPortal",
    "DemoSegment",
    "Page",
    "Place",
    "Source",
]


class Page(msgspec.Struct, frozen=True):
    """One address, and how often it is looked at beside the others."""

    path: str
    weight: float
    entry: float = 1.0
    """How much likelier it is as the first page of a visit than its weight says."""


class Action(msgspec.Struct, frozen=True):
    """A custom event that a visitor may do on a page."""

    name: str
    path: str
    chance: float
    """0..1, each time the page is looked at."""
    props: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Property names with the values they take."""


class DemoGoal(msgspec.Struct, frozen=True, kw_only=True):
    """A goal that the demo sets up on a portal."""

    event_name: str | None = None
    page_path: str | None = None
    scroll_threshold: int | None = None
    display_name: str | None = None


class DemoSegment(msgspec.Struct, frozen=True):
    """Filters that the team of a portal saved."""

    name: str
    filters: tuple[str, ...]
    """As addresses of pages have them."""


class DemoNote(msgspec.Struct, frozen=True):
    """What happened on a day of history."""

    ago: int
    """Days before the last."""
    text: str


class DemoFunnel(msgspec.Struct, frozen=True):
    """A funnel that the demo saves on a portal."""

    name: str
    steps: tuple[Step, ...]


class Place(msgspec.Struct, frozen=True):
    """Where visitors are, and a first half of addresses for live traffic from there."""

    weight: float
    country: str
    region: str
    city: str
    network: str
    """First two numbers of an IPv4 address."""


class DemoPortal(msgspec.Struct, frozen=True, kw_only=True):
    """One portal of the demo city."""

    domain: str
    title: str
    timezone: str = "Europe/Moscow"
    keep_events: int = 90
    daily_visitors: int
    """On an ordinary Tuesday."""
    pages: tuple[Page, ...]
    sources: tuple[Source, ...]
    actions: tuple[Action, ...] = ()
    forms: tuple[DemoForm, ...] = ()
    goals: tuple[DemoGoal, ...] = ()
    segments: tuple[DemoSegment, ...] = ()
    notes: tuple[DemoNote, ...] = ()
    funnels: tuple[DemoFunnel, ...] = ()
    hours: tuple[float, ...]
    """24 weights, local time."""
    weekdays: tuple[float, ...]
    """Factor for Monday to Sunday."""
    read_on: float = 0.6
    """Chance that another page follows."""
    return_chance: float = 0.18
    """Chance of another visit on the same day."""
    special_days: tuple[tuple[int, float], ...] = ()
    """Days, by how many they are before the last of the history, and the factor on them: a festival, another way of the tram."""
    stories: tuple[DemoStory, ...] = ()
    outages: tuple[DemoOutage, ...] = ()


OFFICE = (1, 1, 1, 1, 1, 2, 5, 12, 24, 36, 40, 38, 32, 34, 36, 34, 30, 25, 20, 17, 14, 10, 6, 3)
EVENING = (3, 2, 1, 1, 1, 1, 3, 6, 9, 12, 14, 16, 18, 18, 18, 20, 24, 30, 36, 40, 42, 36, 22, 9)
COMMUTE = (2, 1, 1, 1, 3, 14, 34, 52, 44, 22, 16, 16, 18, 18, 18, 22, 34, 50, 46, 28, 18, 12, 8, 5)
WORKING_WEEK = (1.08, 1.0, 0.98, 0.96, 0.9, 0.42, 0.38)
LEISURE_WEEK = (0.78, 0.8, 0.86, 0.92, 1.12, 1.4, 1.3)

SEARCH = (
    Source(30, "Google", "Organic Search", "https://www.google.com/"),
    Source(26, "Yandex", "Organic Search", "https://yandex.ru/"),
    Source(4, "Bing", "Organic Search", "https://www.bing.com/"),
    Source(5, "Ecosia", "Organic Search", "https://www.ecosia.org/"),
)
DIRECT = Source(42)
CITY_HALL = Source(12, "gov.example.city", "Referral", "https://gov.example.city/services")
FRONT_PAGE = Source(110, "gov.example.city", "Referral", "https://gov.example.city/")
"""Of portals that the city hall's front page leads to: so many that flows between portals are over their threshold on working days."""
SOCIAL = Source(8, "Vkontakte", "Organic Social", "https://vk.com/")
NEWSLETTER = Source(7, "newsletter", "Email", "", "newsletter", "email", "weekly")
POSTER = Source(6, "poster", "Paid Other", "", "poster", "qr", "night-of-museums")
CONCERT = Source(0, "Odnoklassniki", "Paid Social", "https://ok.ru/", "ok", "cpc", "river-concert")

CITY: tuple[DemoPortal, ...] = (
    DemoPortal(
        domain="gov.example.city",
        title="City hall",
        daily_visitors=300,
        pages=(
            Page("/", 30, 4),
            Page("/services", 22),
            Page("/services/passport", 14, 2),
            Page("/services/parking-permit", 12, 2),
            Page("/services/address-change", 9),
            Page("/services/done", 5, 0),
            Page("/news", 9),
            Page("/news/budget", 4, 2),
            Page("/contacts", 7),
        ),
        sources=(DIRECT, *SEARCH, SOCIAL, NEWSLETTER),
        actions=(
            Action("Application Sent", "/services/passport", 0.22, (("office", ("north", "south", "centre")),)),
            Action("Application Sent", "/services/parking-permit", 0.3, (("office", ("online",)),)),
            Action("Phone Shown", "/contacts", 0.35),
            Action("Complaint", "/services/parking-permit", 0.012, (("service", ("parking-permit",)),)),
            Action("Site Search", "/services", 0.3, (("search_query", ("passport", "parking", "kindergarten", "marriage", "tax")),)),
            Action("Site Search", "/", 0.07, (("search_query", ("swimming pool", "dog licence", "bonfire")), ("results", ("0",)))),
            Action("File Download", "/services/address-change", 0.35, (("url", ("https://gov.example.city/forms/address.pdf",)),)),
            Action("Outbound Link: Click", "/news", 0.2, (("url", ("https://weather.example/", "https://roads.example/")),)),
            Action("404", "/news", 0.12, (("path", ("/news/2019/roadworks", "/forms/old")),)),
        ),
        forms=(
            DemoForm(
                name="parking-permit",
                path="/services/parking-permit",
                start=0.6,
                fields=(("plate", 0.9, 1), ("street", 0.93, 1), ("telephone", 0.8, 0.35), ("term", 0.9, 1)),
                send=0.85,
            ),
            DemoForm(
                name="address-change",
                path="/services/address-change",
                start=0.5,
                fields=(("old-address", 0.88, 1), ("new-address", 0.92, 1), ("moving-day", 0.7, 1)),
                send=0.9,
            ),
        ),
        goals=(
            DemoGoal(event_name="Application Sent"),
            DemoGoal(page_path="/services/**", display_name="Looked at a service"),
            DemoGoal(page_path="/news/*", scroll_threshold=75, display_name="Read the news"),
        ),
        segments=(DemoSegment("From search, by telephone", ("is,channel,Organic Search", "is,device,Mobile")),),
        notes=(DemoNote(26, "The newsletter tells of the new parking permit"),),
        funnels=(DemoFunnel("Applying", (Step(page="/"), Step(goal="Looked at a service"), Step(goal="Application Sent"))),),
        hours=OFFICE,
        weekdays=WORKING_WEEK,
        read_on=0.62,
        special_days=((26, 1.7),),
    ),
    DemoPortal(
        domain="transport.example.city",
        title="Transport",
        daily_visitors=260,
        pages=(
            Page("/", 20, 3),
            Page("/routes", 30, 2),
            Page("/routes/tram-7", 12, 2),
            Page("/routes/bus-114", 10, 2),
            Page("/tickets", 14),
            Page("/tickets/season", 8),
            Page("/disruptions", 12, 2),
        ),
        sources=(DIRECT, *SEARCH, FRONT_PAGE),
        actions=(
            Action("Route Planned", "/routes", 0.4, (("mode", ("tram", "bus", "metro", "bicycle")),)),
            Action("Ticket Bought", "/tickets/season", 0.28, (("zone", ("1", "2", "3")),)),
        ),
        goals=(DemoGoal(event_name="Ticket Bought"), DemoGoal(event_name="Route Planned"), DemoGoal(page_path="/disruptions")),
        notes=(DemoNote(1, "Outage: away from 6 to 14"), DemoNote(18, "Tram 7 takes another way")),
        hours=COMMUTE,
        weekdays=(1.04, 1.0, 1.0, 1.02, 1.08, 0.66, 0.58),
        read_on=0.45,
        return_chance=0.34,
        special_days=((18, 1.5),),
        outages=(DemoOutage(1, 6, 14),),
    ),
    DemoPortal(
        domain="library.example.city",
        title="Libraries",
        daily_visitors=150,
        pages=(
            Page("/", 24, 3),
            Page("/catalogue", 30, 2),
            Page("/catalogue/novelties", 16),
            Page("/events", 12),
            Page("/branches", 10),
            Page("/branches/riverside", 6, 2),
            Page("/reading-room", 8),
        ),
        sources=(DIRECT, *SEARCH, CITY_HALL, NEWSLETTER),
        actions=(
            Action("Search", "/catalogue", 0.45, (("found", ("yes", "no")), ("language", ("ru", "en", "tt")))),
            Action("Book Reserved", "/catalogue/novelties", 0.25, (("branch", ("riverside", "central", "garden")),)),
        ),
        goals=(DemoGoal(event_name="Book Reserved"), DemoGoal(page_path="/branches/*", display_name="Looked for a branch")),
        hours=EVENING,
        weekdays=(0.95, 1.0, 1.02, 1.0, 0.95, 1.15, 0.9),
        read_on=0.66,
        stories=(
            DemoStory(
                path="/reading-room", source=SOCIAL, term="reading room seat", ago=7, growth=(0.08, 0.14, 0.22, 0.32, 0.44, 0.56, 0.68)
            ),
        ),
    ),
    DemoPortal(
        domain="health.example.city",
        title="Health",
        daily_visitors=210,
        pages=(
            Page("/", 18, 3),
            Page("/appointments", 32, 2),
            Page("/appointments/done", 8, 0),
            Page("/clinics", 16),
            Page("/clinics/childrens", 9, 2),
            Page("/vaccination", 11, 2),
            Page("/on-duty", 6, 2),
        ),
        sources=(DIRECT, *SEARCH, FRONT_PAGE),
        actions=(
            Action("Appointment Booked", "/appointments", 0.33, (("specialist", ("gp", "dentist", "paediatrician", "optician")),)),
            Action("Form Started", "/vaccination", 0.3),
        ),
        goals=(DemoGoal(event_name="Appointment Booked"), DemoGoal(page_path="/vaccination")),
        hours=OFFICE,
        weekdays=(1.25, 1.02, 0.97, 0.94, 0.88, 0.5, 0.46),
        read_on=0.55,
    ),
    DemoPortal(
        domain="culture.example.city",
        title="Culture",
        daily_visitors=170,
        pages=(
            Page("/", 20, 3),
            Page("/events", 28, 2),
            Page("/events/night-of-museums", 12, 3),
            Page("/events/river-concert", 9, 3),
            Page("/museums", 13),
            Page("/museums/city-history", 7, 2),
            Page("/tickets", 11),
        ),
        sources=(DIRECT, *SEARCH, SOCIAL, NEWSLETTER, POSTER),
        actions=(
            Action("Ticket Bought", "/tickets", 0.38, (("kind", ("adult", "child", "family")),)),
            Action("Outbound Link: Click", "/museums", 0.2, (("url", ("https://museum.example/", "https://gallery.example/")),)),
        ),
        goals=(DemoGoal(event_name="Ticket Bought"), DemoGoal(page_path="/events/*", display_name="Looked at an event")),
        hours=EVENING,
        weekdays=LEISURE_WEEK,
        read_on=0.64,
        special_days=((17, 2.2), (16, 2.6)),
        stories=(DemoStory(path="/events/river-concert", source=CONCERT, ago=3, growth=(0.6,)),),
    ),
    DemoPortal(
        domain="school.example.city",
        title="Education",
        daily_visitors=190,
        pages=(
            Page("/", 20, 3),
            Page("/timetable", 24, 2),
            Page("/enrolment", 16, 2),
            Page("/enrolment/documents", 10),
            Page("/clubs", 14),
            Page("/clubs/robotics", 6, 2),
            Page("/menus", 9, 2),
        ),
        sources=(DIRECT, *SEARCH, FRONT_PAGE, SOCIAL),
        actions=(
            Action("Enrolment Sent", "/enrolment/documents", 0.34, (("grade", ("1", "5", "10")),)),
            Action("File Download", "/menus", 0.4, (("url", ("https://school.example.city/menus/week.pdf",)),)),
        ),
        forms=(
            DemoForm(
                name="enrolment",
                path="/enrolment/documents",
                start=0.7,
                fields=(("child", 0.95, 1), ("birthday", 0.96, 1), ("address", 0.92, 1), ("wishes", 0.9, 0.4)),
                send=0.92,
            ),
        ),
        goals=(
            DemoGoal(event_name="Enrolment Sent"),
            DemoGoal(page_path="/enrolment/*", scroll_threshold=50, display_name="Read how to enrol"),
        ),
        funnels=(DemoFunnel("Enrolling", (Step(page="/enrolment"), Step(page="/enrolment/documents"), Step(goal="Enrolment Sent"))),),
        hours=(2, 1, 1, 1, 1, 2, 8, 22, 20, 14, 12, 13, 16, 20, 22, 22, 20, 22, 26, 28, 24, 16, 9, 4),
        weekdays=(1.15, 1.05, 1.0, 1.0, 0.95, 0.45, 0.8),
        read_on=0.58,
        special_days=((5, 3.0), (4, 1.8)),
    ),
)

PLACES: tuple[Place, ...] = (
    Place(78, "RU", "RU-MOW", "524901", "95.24"),
    Place(12, "RU", "RU-MOS", "", "46.138"),
    Place(4, "RU", "RU-SPE", "498817", "178.176"),
    Place(2, "KZ", "KZ-ALA", "1526384", "2.132"),
    Place(2, "BY", "BY-HM", "625144", "37.214"),
    Place(2, "DE", "DE-BE", "2950159", "85.214"),
)
