"""What residents are told is all that is kept: each field, mart and reader has its words; reports that are none are not shown."""

from footfall.privacy.budget import COHORT
from footfall.privacy.marts import MARTS
from footfall.serve.attack_reports import last_report
from footfall.serve.pages.residents_words import RESIDENTS_WORDS
from footfall.serve.residents import FIELDS, NEVER, held_of
from footfall.vocabulary import Hit, Portal
from tests.support.build import ms


def test_every_field_of_an_event_is_told_once():
    told = [name for names in FIELDS.values() for name in names]
    assert sorted(told) == sorted(Hit.__struct_fields__)


def test_everything_told_has_its_words():
    signals = Portal.__annotations__["privacy_signal"].__args__
    wanted = {
        "collected": set(FIELDS),
        "not_collected": set(NEVER),
        "signal": set(signals),
        "readers": {"staff", "outside", *COHORT},
        "marts": {mart.name for mart in MARTS},
    }
    assert {name: set(words) for name, words in RESIDENTS_WORDS.items()} == wanted


def test_salt_ends_at_the_portal_s_own_midnight():
    held = held_of(Portal(id=1, domain="a.example", umami_id="", timezone="Asia/Kathmandu"), ms("2026-03-10T12:00:00"))
    assert (held.today, held.pseudonym_ends, held.salt_destroyed) == ("2026-03-10", "2026-03-10T18:15:00Z", "2026-03-10T18:50:00Z")


def test_newest_report_that_can_be_read_is_the_last(tmp_path):
    assert last_report(tmp_path) is None
    folder = tmp_path / "attacks"
    folder.mkdir()
    for name, text in {
        "a": '{"at_ms": 2, "attacks": [{"name": "membership", "rate": 0.5, "bar": 0.6, "passed": true}], "more": 1}',
        "b": '{"at_ms": 1, "attacks": []}',
        "c": '{"at_ms": 9',
        "d": '{"at_ms": 9, "attacks": [{"name": "membership"}]}',
    }.items():
        (folder / f"{name}.json").write_text(text)
    report = last_report(tmp_path)
    assert (report.at_ms, [(one.name, one.rate, one.bar, one.passed) for one in report.attacks]) == (2, [("membership", 0.5, 0.6, True)])
