"""Passwords, waits, sessions, invitations and second factors, by the clock."""

import threading

import pyotp
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from footfall.control import passwords
from footfall.control.audit import read_audit
from footfall.control.invitations import accept_invitation, find_invited, invite, set_password
from footfall.control.operators import add_operator, disable_operator, find_operator
from footfall.control.passwords import checked_password, hash_password, is_right
from footfall.control.second_factor import address_of, is_code, new_totp, put_totp, remove_totp
from footfall.control.sessions import close_other_sessions, close_session, find_session, list_sessions, open_session
from footfall.control.sign_ins import confirm, sign_in, wait_ms
from footfall.control.tables import metadata, operators
from footfall.errors import BadInput, Conflict, NotFound, Unauthorized

ANN, PASSWORD = "ann@example.city", "correct horse battery"
NOW, MINUTE, HOUR, DAY = 1_767_225_600_000, 60_000, 3_600_000, 86_400_000


@pytest.fixture
def control(emptied):
    return emptied


@pytest.fixture
def ann(control):
    add_operator(control, ANN, now_ms=NOW)
    return accept_invitation(control, invite(control, ANN, now_ms=NOW), "Ann", PASSWORD, now_ms=NOW)


def refused(control, email=ANN, password=PASSWORD, code="", *, now_ms=NOW):
    with pytest.raises(Unauthorized) as caught:
        sign_in(control, email, password, code, now_ms=now_ms)
    return str(caught.value)


def test_password_is_kept_as_argon2id_alone(control, ann):
    assert sign_in(control, " ANN@example.city", PASSWORD, now_ms=NOW) == ann
    with control.reading() as connection:
        for table in metadata.tables.values():
            assert PASSWORD not in str(connection.execute(sa.select(table)).all())
        assert connection.scalar(sa.select(operators.c.password)).startswith("$argon2id$")


def test_refusal_is_the_same_for_a_wrong_password_nobody_and_who_has_none(control, ann):
    add_operator(control, "new@example.city", now_ms=NOW)
    add_operator(control, "gone@example.city", now_ms=NOW)
    accept_invitation(control, invite(control, "gone@example.city", now_ms=NOW), "Gone", PASSWORD, now_ms=NOW)
    disable_operator(control, "gone@example.city", now_ms=NOW)
    said = {
        refused(control, email="\0"),
        refused(control, password="wrong"),
        refused(control, email="nobody@example.city"),
        refused(control, email="new@example.city"),
    }
    assert said | {refused(control, email="gone@example.city")} == {
        "That did not work. After five tries an account waits, longer each time."
    }


def test_refusal_works_as_hard_where_there_is_no_account(control, ann, monkeypatch):
    verified = []
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, hashed, password: verified.append(hashed) or False)
    for email in (ANN, "nobody@example.city"):
        refused(control, email=email)
    assert [hashed.split("$")[:4] for hashed in verified] == [verified[0].split("$")[:4]] * 2


def test_hash_of_older_parameters_is_made_again_at_the_next_sign_in(control, ann):
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    with control.writing() as connection:
        connection.execute(operators.update().values(password=old))
    sign_in(control, ANN, PASSWORD, now_ms=NOW)
    with control.reading() as connection:
        assert "m=8,t=1,p=1" in connection.scalar(sa.select(operators.c.password))
    sign_in(control, ANN, PASSWORD, now_ms=NOW)


def test_wait_doubles_from_the_fifth_try_up_to_an_hour():
    assert [wait_ms(failures) // MINUTE for failures in (0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 1000)] == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_account_waits_even_for_the_right_password_and_then_opens(control, ann):
    for _ in range(5):
        refused(control, password="wrong")
    refused(control, now_ms=NOW + MINUTE - 1)
    assert sign_in(control, ANN, PASSWORD, now_ms=NOW + MINUTE) == ann
    for _ in range(4):
        refused(control, password="wrong", now_ms=NOW + MINUTE)
    assert sign_in(control, ANN, PASSWORD, now_ms=NOW + MINUTE) == ann, "signing in forgets the tries before"


def test_tries_while_waiting_do_not_make_the_wait_longer(control, ann):
    for _ in range(50):
        refused(control, password="wrong")
    assert sign_in(control, ANN, PASSWORD, now_ms=NOW + MINUTE) == ann
    noted = [entry.object for entry in reversed(read_audit(control)) if entry.action == "sign-in failed"]
    assert noted == ["try 1", "try 2", "try 3", "try 4", "try 5, waits 1 min"]


def test_tries_at_once_are_counted_one_by_one(control, ann, monkeypatch):
    """However many come before the first is judged, the right password is no use to all but five."""
    judged = []
    monkeypatch.setattr("footfall.control.sign_ins.is_right", lambda hashed, password: judged.append(hashed) or False)
    threads = [threading.Thread(target=lambda: refused(control, password="guess")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with control.reading() as connection:
        assert (len(judged), connection.scalar(sa.select(operators.c.failures))) == (8, 5)


def test_confirming_counts_as_signing_in_does(control, ann):
    confirm(control, ann, PASSWORD, now_ms=NOW)
    for _ in range(5):
        with pytest.raises(Unauthorized):
            confirm(control, ann, "wrong", now_ms=NOW)
    with pytest.raises(Unauthorized):
        confirm(control, ann, PASSWORD, now_ms=NOW)


@pytest.mark.parametrize("password", ["shrt", "password123", "Qwertyuiop", "1111111111111", "ann@example.city", "пароль123456", "x" * 201])
def test_guessable_password_is_refused_without_repeating_it(password):
    with pytest.raises(BadInput, match="Valid: ") as caught:
        checked_password(password, ANN, "Ann")
    assert password not in str(caught.value)


@pytest.mark.parametrize("password", ["ten chars!", "aaaa bbbb cccc", "ännchen von tharau"])
def test_password_needs_no_digits_and_no_capitals(password):
    assert checked_password(password, ANN, "Ann") == password


def test_common_passwords_are_long_enough_to_need_the_list():
    assert min(map(len, passwords.COMMON)) >= passwords.SHORTEST
    assert len(passwords.COMMON) > 70


def test_accent_may_come_apart_from_its_letter():
    assert is_right(hash_password("caf\u00e9 au lait"), "cafe\u0301 au lait")


def test_broken_hash_is_wrong_not_an_error():
    assert not is_right("$argon2id$nonsense", PASSWORD)
    assert is_right(hash_password(PASSWORD), PASSWORD)


def test_session_ends_after_twelve_quiet_hours_and_after_thirty_days_whatever_happens(control, ann):
    id = open_session(control, ann.id, now_ms=NOW)
    assert find_session(control, id, now_ms=NOW + 11 * HOUR)[1] == ann
    assert find_session(control, id, now_ms=NOW + 22 * HOUR)[1] == ann
    assert find_session(control, id, now_ms=NOW + 34 * HOUR + MINUTE) is None
    lasting = open_session(control, ann.id, now_ms=NOW)
    for hours in range(10, 30 * 24, 10):
        assert find_session(control, lasting, now_ms=NOW + hours * HOUR)
    assert find_session(control, lasting, now_ms=NOW + 30 * DAY) is None


def test_session_is_kept_as_a_hash_and_looked_at_without_writing(control, ann):
    id = open_session(control, ann.id, now_ms=NOW)
    before = control.version()
    assert find_session(control, id, now_ms=NOW + 19 * MINUTE)
    assert control.version() == before
    assert id not in str(list_sessions(control, ann.id, now_ms=NOW))
    assert find_session(control, id + "x", now_ms=NOW) is None


def test_audit_log_forgets_after_two_years(control, ann):
    assert len(read_audit(control)) == 3
    open_session(control, ann.id, now_ms=NOW + 730 * DAY)
    assert len(read_audit(control)) == 4
    open_session(control, ann.id, now_ms=NOW + 730 * DAY + 1)
    assert [entry.action for entry in read_audit(control)] == ["signed in", "signed in"]


def test_sessions_end_one_by_one_elsewhere_and_with_the_operator(control, ann):
    ids = [open_session(control, ann.id, now_ms=NOW + number) for number in range(3)]
    close_session(control, find_session(control, ids[0], now_ms=NOW)[0].sha256, ann.id, now_ms=NOW)
    assert [bool(find_session(control, id, now_ms=NOW)) for id in ids] == [False, True, True]
    close_other_sessions(control, find_session(control, ids[2], now_ms=NOW)[0], now_ms=NOW)
    assert [bool(find_session(control, id, now_ms=NOW)) for id in ids] == [False, False, True]
    close_session(control, list_sessions(control, ann.id, now_ms=NOW)[0].sha256, ann.id + 1, now_ms=NOW)
    assert find_session(control, ids[2], now_ms=NOW), "nobody ends another's session"
    disable_operator(control, ANN, now_ms=NOW)
    assert find_session(control, ids[2], now_ms=NOW) is None


def test_invitation_is_good_once_for_seven_days_and_until_the_next(control):
    add_operator(control, ANN, now_ms=NOW)
    first = invite(control, ANN, now_ms=NOW)
    second = invite(control, ANN, now_ms=NOW)
    for token, now_ms in ((first, NOW), (second, NOW + 7 * DAY), ("", NOW)):
        with pytest.raises(NotFound, match="An admin makes another"):
            find_invited(control, token, now_ms=now_ms)
    assert find_invited(control, second, now_ms=NOW + 7 * DAY - 1).email == ANN
    accept_invitation(control, second, "Ann", PASSWORD, now_ms=NOW)
    with pytest.raises(NotFound):
        accept_invitation(control, second, "Eve", PASSWORD, now_ms=NOW)
    assert find_operator(control, ANN).name == "Ann"


def test_new_invitation_ends_wait_and_sessions_once_it_is_used(control, ann):
    session = open_session(control, ann.id, now_ms=NOW)
    for _ in range(5):
        refused(control, password="wrong")
    token = invite(control, ANN, now_ms=NOW)
    assert find_session(control, session, now_ms=NOW)
    accept_invitation(control, token, "Ann", "another good one", now_ms=NOW)
    assert find_session(control, session, now_ms=NOW) is None
    assert sign_in(control, ANN, "another good one", now_ms=NOW)


def test_disabled_operator_is_not_invited(control, ann):
    token = invite(control, ANN, now_ms=NOW)
    disable_operator(control, ANN, now_ms=NOW)
    with pytest.raises(NotFound):
        find_invited(control, token, now_ms=NOW)
    with pytest.raises(Conflict, match="disabled"):
        invite(control, ANN, now_ms=NOW)


def test_new_password_ends_other_sessions_and_open_invitations(control, ann):
    token, kept, other = (
        invite(control, ANN, now_ms=NOW),
        open_session(control, ann.id, now_ms=NOW),
        open_session(control, ann.id, now_ms=NOW),
    )
    set_password(control, ann, "another good one", now_ms=NOW, but=find_session(control, kept, now_ms=NOW)[0].sha256)
    assert find_session(control, kept, now_ms=NOW)
    assert find_session(control, other, now_ms=NOW) is None
    refused(control)
    with pytest.raises(NotFound):
        find_invited(control, token, now_ms=NOW)


def shown(totp, now_ms):
    return pyotp.TOTP(totp).at(now_ms // 1000)


def test_code_is_taken_once_and_a_step_early_or_late(control, ann):
    totp = new_totp()
    put_totp(control, ann.id, totp, shown(totp, NOW), now_ms=NOW)
    refused(control, code=shown(totp, NOW))
    refused(control, now_ms=NOW + MINUTE)
    later = NOW + 2 * MINUTE
    assert sign_in(control, ANN, PASSWORD, shown(totp, later - 30_000), now_ms=later)
    refused(control, code=shown(totp, later - 30_000), now_ms=later)
    assert sign_in(control, ANN, PASSWORD, shown(totp, later + 30_000), now_ms=later)
    refused(control, code=shown(totp, later), now_ms=later)
    assert not is_code(totp, shown(totp, NOW), NOW + MINUTE)


def test_wrong_codes_make_the_account_wait_like_wrong_passwords(control, ann):
    totp = new_totp()
    put_totp(control, ann.id, totp, shown(totp, NOW), now_ms=NOW)
    for code in ("000000", "", "١٢٣٤٥٦", "abcdef", "1" * 20):
        refused(control, code=code, now_ms=NOW + MINUTE)
    refused(control, code=shown(totp, NOW + MINUTE), now_ms=NOW + MINUTE)


def test_recovery_code_stands_in_once(control, ann):
    totp = new_totp()
    codes = put_totp(control, ann.id, totp, shown(totp, NOW), now_ms=NOW)
    assert len(set(codes)) == 10
    assert sign_in(control, ANN, PASSWORD, codes[0].upper().replace("-", " "), now_ms=NOW)
    refused(control, code=codes[0])
    with control.reading() as connection:
        for table in metadata.tables.values():
            assert codes[1].replace("-", "") not in str(connection.execute(sa.select(table)).all())


def test_secret_counts_only_once_the_app_has_it(control, ann):
    totp = new_totp()
    with pytest.raises(BadInput, match="six digits"):
        put_totp(control, ann.id, totp, "000000" if shown(totp, NOW) != "000000" else "000001", now_ms=NOW)
    assert not find_operator(control, ANN).has_totp
    assert address_of(totp, ANN) == f"otpauth://totp/Footfall:ann%40example.city?secret={totp}&issuer=Footfall"


@pytest.mark.parametrize("way", ["removed", "forgotten with an invitation"])
def test_second_factor_goes_with_its_recovery_codes(control, ann, way):
    totp = new_totp()
    codes = put_totp(control, ann.id, totp, shown(totp, NOW), now_ms=NOW)
    if way == "removed":
        remove_totp(control, ann.id, now_ms=NOW)
    else:
        invite(control, ANN, now_ms=NOW, forget_totp=True)
    assert sign_in(control, ANN, PASSWORD, now_ms=NOW)
    put_totp(control, ann.id, totp, shown(totp, NOW), now_ms=NOW)
    refused(control, code=codes[0])
