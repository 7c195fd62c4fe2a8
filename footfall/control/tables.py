"""The control database's tables as the code uses them; ``migrations`` makes them."""

import sqlalchemy as sa

from footfall.control.content_tables import content_sources, frontier, items, items_version
from footfall.control.metadata import metadata
from footfall.control.trend_tables import trend_cards, trend_feedback, trend_merges, trend_strictness

__all__ = [
    "annotations",
    "asked",
    "audit",
    "closings",
    "content_sources",
    "contracts",
    "datasets",
    "frontier",
    "funnels",
    "goals",
    "grants",
    "invitations",
    "items",
    "items_version",
    "keys",
    "ledger",
    "loads",
    "mail_recipients",
    "mail_reports",
    "metadata",
    "object_names",
    "operators",
    "portals",
    "reach_days",
    "reach_groups",
    "reach_rooms",
    "recovery_codes",
    "removed",
    "rounds",
    "runs",
    "segments",
    "sessions",
    "shares",
    "trend_cards",
    "trend_feedback",
    "trend_merges",
    "trend_strictness",
    "version",
]

portals = sa.Table(
    "portals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("domain", sa.String(255), nullable=False, unique=True),
    sa.Column("settings", sa.Text, nullable=False, comment="the Portal as JSON"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
goals = sa.Table(
    "goals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("goal", sa.Text, nullable=False, comment="the Goal as JSON"),
    sqlite_autoincrement=True,
)
funnels = sa.Table(
    "funnels",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("steps", sa.Text, nullable=False, comment="Steps as JSON, in order"),
    sqlite_autoincrement=True,
)
keys = sa.Table(
    "keys",
    metadata,
    sa.Column("name", sa.String(100), primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.Text, nullable=False, comment="commas between"),
    sa.Column("portals", sa.Text, nullable=False, comment="domains, commas between; empty is all"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("placements", sa.Text, nullable=False, server_default="", comment="names, commas between; empty is all"),
    sa.Column("per_minute", sa.BigInteger, nullable=False, server_default="0", comment="requests; 0 is the usual number"),
    sa.Column("per_day", sa.BigInteger, nullable=False, server_default="0", comment="the same, a day of UTC"),
)
removed = sa.Table(
    "removed_portals",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("removed_ms", sa.BigInteger, nullable=False),
)
rounds = sa.Table(
    "rounds",
    metadata,
    sa.Column("name", sa.String(50), primary_key=True),
    sa.Column("day", sa.String(10), nullable=False, comment="the last day it was done on, YYYY-MM-DD"),
)
version = sa.Table(
    "version",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("number", sa.BigInteger, nullable=False, comment="grows with every change; its row lock orders writers"),
)
operators = sa.Table(
    "operators",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("email", sa.String(254), nullable=False, unique=True, comment="lower case"),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("password", sa.String(255), nullable=False, comment="argon2id; empty signs in otherwise or not yet"),
    sa.Column("totp", sa.String(64), nullable=False, comment="the secret, base32; empty is none"),
    sa.Column("totp_step", sa.BigInteger, nullable=False, comment="the last code that was used, in steps of 30 s"),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False, comment="tries since the last sign-in"),
    sa.Column("locked_until_ms", sa.BigInteger, nullable=False),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
grants = sa.Table(
    "grants",
    metadata,
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("scope", sa.String(10), primary_key=True, comment="all, group or portal"),
    sa.Column("value", sa.String(255), primary_key=True, comment="the group's name, the portal's id, or empty"),
    sa.Column("role", sa.String(10), nullable=False),
)
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, comment="to ten minutes"),
)
invitations = sa.Table(
    "invitations",
    metadata,
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
)
shares = sa.Table(
    "shares",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True, comment="of the token in the link"),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.String(10), nullable=False, comment="page or panel"),
    sa.Column("view", sa.Text, nullable=False, comment="what it shows, as the query of a portal's page"),
    sa.Column("panel", sa.String(50), nullable=False, comment="graph or a panel's name; empty for a page"),
    sa.Column("origins", sa.Text, nullable=False, comment="that may frame it, spaces between; empty for a page"),
    sa.Column("password", sa.String(255), nullable=False, comment="argon2id; empty is none"),
    sa.Column("failures", sa.Integer, nullable=False, comment="tries since the password was right"),
    sa.Column("locked_until_ms", sa.BigInteger, nullable=False),
    sa.Column("expires_ms", sa.BigInteger, nullable=False),
    sa.Column("created_by", sa.String(254), nullable=False, comment="an operator's e-mail"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)
recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    sa.Column("operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True),
)
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("operator", sa.String(254), nullable=False, comment="e-mail, a key's name, or the command line"),
    sa.Column("action", sa.String(50), nullable=False),
    sa.Column("object", sa.String(500), nullable=False),
    sqlite_autoincrement=True,
)
segments = sa.Table(
    "segments",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column(
        "operator_id", sa.Integer, sa.ForeignKey("operators.id", ondelete="CASCADE"), index=True, comment="whose; null is the team's"
    ),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("filters", sa.Text, nullable=False, comment="as addresses have them, a JSON list of texts"),
    sqlite_autoincrement=True,
)
annotations = sa.Table(
    "annotations",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), index=True, comment="null is all portals"),
    sa.Column("day", sa.String(10), nullable=False, index=True, comment="YYYY-MM-DD where the portal is"),
    sa.Column("time", sa.String(5), nullable=False, comment="HH:MM there; empty is the whole day"),
    sa.Column("text", sa.String(200), nullable=False),
    sqlite_autoincrement=True,
)
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("job", sa.String(80), primary_key=True),
    sa.Column("due_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("state", sa.String(10), nullable=False, comment="asked, running, waits, done or failed"),
    sa.Column("tries", sa.Integer, nullable=False, comment="that ended in an error"),
    sa.Column("said", sa.String(500), nullable=False, comment="why it waits or failed"),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
    sa.Column("again_ms", sa.BigInteger, nullable=False, comment="when it may be taken up again"),
)
mail_reports = sa.Table(
    "mail_reports",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("portal_id", sa.Integer, sa.ForeignKey("portals.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("frequency", sa.String(10), nullable=False, comment="weekly or monthly"),
    sa.Column("day", sa.Integer, nullable=False, comment="of the week, Monday is 0; of the month, 1 to 28"),
    sa.Column("hour", sa.Integer, nullable=False, comment="in the portal's time zone"),
    sa.Column("language", sa.String(10), nullable=False),
    sa.Column("view", sa.Text, nullable=False, comment="filters, as the query of the portal's page"),
    sa.Column("created_by", sa.String(254), nullable=False, comment="an operator's e-mail"),
    sa.Column("since_ms", sa.BigInteger, nullable=False, comment="nothing is sent that was due before"),
    sqlite_autoincrement=True,
)
mail_recipients = sa.Table(
    "mail_recipients",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("report_id", sa.Integer, sa.ForeignKey("mail_reports.id", ondelete="CASCADE"), nullable=False),
    sa.Column("email", sa.String(254), nullable=False),
    sa.Column("added_ms", sa.BigInteger, nullable=False),
    sa.Column("asked_ms", sa.BigInteger, nullable=False, comment="0: the link could not be sent yet"),
    sa.Column("confirmed_ms", sa.BigInteger, nullable=False, comment="0: gets nothing but the link"),
    sa.Column("sent_due_ms", sa.BigInteger, nullable=False, comment="the last run that reached them"),
    sa.Column("fault", sa.Integer, nullable=False, comment="SMTP code of the last refusal; 0 is none"),
    sa.UniqueConstraint("report_id", "email"),
    sqlite_autoincrement=True,
)
ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="1, 2, 3, with none left out"),
    sa.Column("release", sa.String(20), nullable=False),
    sa.Column("mart", sa.String(50), nullable=False),
    sa.Column("portal_group", sa.Text, nullable=False),
    sa.Column("day", sa.String(10), nullable=False, comment="service day, YYYY-MM-DD; of a week its Monday"),
    sa.Column("state", sa.String(10), nullable=False, comment="spent, published or withdrawn"),
    sa.Column("of", sa.Integer, nullable=False, comment="number of the line that was spent; 0 of that line itself"),
    sa.Column("line", sa.Text, nullable=False, comment="the line as JSON with its hashes: what counts"),
    sa.UniqueConstraint("day", "release", "mart", "portal_group", "state"),
    sa.Index("ledger_by_group", "portal_group", "day"),
    sa.Index("ledger_by_of", "of"),
)
closings = sa.Table(
    "closings",
    metadata,
    sa.Column("portal_group", sa.Text, primary_key=True),
    sa.Column("day", sa.String(10), primary_key=True, comment="service day, YYYY-MM-DD"),
    sa.Column("state", sa.String(10), nullable=False, comment="closed, part or missed"),
    sa.Column("drawn", sa.Integer, nullable=False, comment="marts that were published"),
    sa.Column("said", sa.Text, nullable=False, comment="what is missing, and why"),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
reach_groups = sa.Table(
    "reach_groups",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("name", sa.String(100), nullable=False, unique=True),
    sa.Column("sites", sa.Text, nullable=False, comment="ids of portals, a JSON list, rising"),
    sqlite_autoincrement=True,
)
reach_rooms = sa.Table(
    "reach_rooms",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True, comment="of a process that collects, random"),
    sa.Column("began_ms", sa.BigInteger, nullable=False),
    sa.Column("until_ms", sa.BigInteger, nullable=False, comment="it collects until then at the latest, unless it says so again"),
)
reach_days = sa.Table(
    "reach_days",
    metadata,
    sa.Column("day", sa.String(10), primary_key=True, comment="YYYY-MM-DD of the reach room's clock"),
    sa.Column("state", sa.String(10), nullable=False, comment="published, or why it is not"),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
)
datasets = sa.Table(
    "datasets",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("contract", sa.Text, nullable=False, comment="as it was given, YAML"),
    sa.Column("version", sa.String(50), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, comment="of the contract's text"),
    sa.Column("state", sa.String(10), nullable=False, comment="active or withdrawn"),
    sa.Column("cursor", sa.String(40), nullable=False, comment="up to where a database was read; empty is not yet"),
    sa.Column("created_ms", sa.BigInteger, nullable=False),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
)
contracts = sa.Table(
    "contracts",
    metadata,
    sa.Column("dataset", sa.String(100), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True, comment="of the text, as loads name it"),
    sa.Column("version", sa.String(50), nullable=False),
    sa.Column("contract", sa.Text, nullable=False, comment="as it was given, YAML"),
    sa.Column("put_ms", sa.BigInteger, nullable=False, comment="for the first time"),
)
loads = sa.Table(
    "loads",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("dataset", sa.String(100), nullable=False),
    sa.Column("object", sa.String(1000), nullable=False, comment="file, address, or day of a database"),
    sa.Column("version", sa.String(200), nullable=False, comment="of the object: what changes when it does"),
    sa.Column("contract_version", sa.String(50), nullable=False),
    sa.Column("contract_sha256", sa.String(64), nullable=False),
    sa.Column("state", sa.String(10), nullable=False, comment="running, current, replaced, refused, failed or withdrawn"),
    sa.Column("rows_in", sa.BigInteger, nullable=False),
    sa.Column("kept", sa.BigInteger, nullable=False),
    sa.Column("folded", sa.BigInteger, nullable=False),
    sa.Column("refused", sa.BigInteger, nullable=False),
    sa.Column("cells", sa.BigInteger, nullable=False),
    sa.Column("details", sa.Text, nullable=False, comment="rows kept by rung, rows refused by reason, as JSON"),
    sa.Column("cursor_from", sa.String(40), nullable=False),
    sa.Column("cursor_to", sa.String(40), nullable=False),
    sa.Column("started_ms", sa.BigInteger, nullable=False),
    sa.Column("seen_ms", sa.BigInteger, nullable=False, comment="when it last said that it goes on"),
    sa.Column("ended_ms", sa.BigInteger, nullable=False, comment="0: not yet"),
    sa.Column("said", sa.Text, nullable=False, comment="a Sentence: why it was refused or failed"),
    sa.Index("loads_by_dataset", "dataset", "state"),
    sqlite_autoincrement=True,
)
object_names = sa.Table(
    "object_names",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True, comment="in hexadecimal, of one row: queries are hashed with it in names of objects"),
)
asked = sa.Table(
    "asked",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("who", sa.String(254), nullable=False, comment="an operator's e-mail, key NAME or command line"),
    sa.Column("portal_id", sa.Integer, nullable=False, comment="stays when the portal is removed"),
    sa.Column("first", sa.String(10), nullable=False, comment="day asked for, YYYY-MM-DD"),
    sa.Column("last", sa.String(10), nullable=False),
    sa.Column("filters", sa.Text, nullable=False, comment="as JSON, with their values"),
    sa.Column("what", sa.Text, nullable=False, comment="dimensions; never what was answered"),
    sa.Index("asked_by_time", "at_ms"),
    sqlite_autoincrement=True,
)
places = sa.Table(
    "places",
    metadata,
    sa.Column("kind", sa.String(100), primary_key=True),
    sa.Column("id", sa.String(200), primary_key=True, comment="as files name it"),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("names", sa.Text, nullable=False, comment="in other languages, JSON by code"),
    sa.Column("parent_kind", sa.String(100), nullable=False),
    sa.Column("parent", sa.String(200), nullable=False),
    sa.Column("rings", sa.Text, nullable=False, comment="simplified outlines, JSON: longitude and latitude"),
)
place_kinds = sa.Table(
    "place_kinds",
    metadata,
    sa.Column("kind", sa.String(100), primary_key=True),
    sa.Column("attribution", sa.String(500), nullable=False, comment="whom the map names for its outlines"),
    sa.Column("changed_ms", sa.BigInteger, nullable=False),
)
