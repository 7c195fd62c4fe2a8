"""The demo city's sealed portal: a place to ask for help, whose visits are held in memory for a day and never written down."""

from footfall.demo.city import CITY_HALL, DIRECT, OFFICE, SEARCH, WORKING_WEEK, Action, DemoGoal, DemoPortal, Page

__all__ = ["SEALED"]

SEALED = DemoPortal(
    domain="advice.example.city",
    title="Advice in confidence",
    keep_events=0,
    daily_visitors=180,
    pages=(
        Page("/", 24, 3),
        Page("/debts", 18, 2),
        Page("/violence", 14, 2),
        Page("/addiction", 12, 2),
        Page("/housing", 12),
        Page("/talk-to-somebody", 10),
        Page("/leave-this-page", 4, 0),
    ),
    sources=(DIRECT, *SEARCH, CITY_HALL),
    actions=(Action("Phone Shown", "/talk-to-somebody", 0.4),),
    goals=(DemoGoal(event_name="Phone Shown"),),
    hours=OFFICE,
    weekdays=WORKING_WEEK,
    read_on=0.5,
)
"""Nothing was seen of it before it was sealed, so it has no history: only live traffic."""
