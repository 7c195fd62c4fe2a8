"""Whatever a contract says, its YAML says the same: written and read again it is equal."""

from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.sources.contract import FINEST_COHORT, Column, Contract, Measure, Rung
from footfall.sources.odcs import read_contract, write_contract

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff\ufffe\uffff"), max_size=30
)
SAID = WORDS.filter(str.strip)
TEXTS = st.lists(WORDS, max_size=4).map(tuple)
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)


@st.composite
def columns(draw):
    names = draw(st.lists(SAID, min_size=4, max_size=4, unique=True))
    when, much, where, rest = names
    low = draw(st.floats(-1e6, 0))
    return (
        Column(name=when, kind="instant", use="time", format=draw(WORDS), minimum=draw(st.sampled_from([None, "2020-01-31"]))),
        Column(
            name=much,
            kind=draw(st.sampled_from(["number", "money"])),
            use="measure",
            unit=draw(WORDS),
            decimal=draw(st.sampled_from(".,")),
            sign=draw(st.sampled_from(["as is", "negated", "absolute"])),
            minimum=low,
            maximum=draw(st.one_of(st.none(), st.floats(0, 1e6))),
        ),
        Column(name=where, use="place", place="ward", required=draw(st.booleans()), missing=draw(TEXTS), values=draw(TEXTS)),
        Column(name=rest, use=draw(st.sampled_from(["drop", "category", "check"])), pattern=draw(st.sampled_from(["", r"\d+: [a-z]*"]))),
    )


@st.composite
def contracts(draw):
    made = draw(columns())
    measures = (Measure(name="rows"), Measure(name="much", aggregate="sum", column=made[1].name, unit=draw(WORDS)))
    return Contract(
        id=draw(st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)),
        version="1.2.3",
        **{field: draw(SAID) for field in ("name", "purpose", "legal_basis", "owner", "granularity")},
        **{field: draw(WORDS) for field in ("limitations", "licence", "format", "source", "query", "cursor")},
        module=draw(st.sampled_from(["geodata", "payments", "transit", "counters"])),
        options=draw(st.dictionaries(NAMES, WORDS, max_size=3)),
        columns=made,
        measures=measures,
        ladder=(Rung(time="hour", place="ward"), Rung(time=draw(st.sampled_from(["day", "week"])), categories=False)),
        min_cohort=draw(st.integers(FINEST_COHORT, 1000)),
        most_refused=draw(st.floats(0, 1)),
        freshness_hours=draw(st.integers(0, 100)),
        retention_days=draw(st.integers(1, 3650)),
        schedule=draw(st.sampled_from(["", "0 4 * * 1-5"])),
        readers=draw(st.sampled_from([(), ("viewer",), ("analyst", "admin")])),
    )


@settings(max_examples=40, deadline=None)
@given(contracts())
def test_contract_reads_back_as_it_was_written(contract):
    assert read_contract(write_contract(contract)) == contract
