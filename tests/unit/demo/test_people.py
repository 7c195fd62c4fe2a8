"""Made people have numbers that a guard's validators take for real, and share none of them."""

import re

import pytest

from footfall.demo.datasets.people import Person, iban, inn, luhn_digit, make_people, plant, snils

PEOPLE = make_people(11, most=500)
NUMBERS = (
    "phone",
    "email",
    "card",
    "token",
    "transport_card",
    "mac",
    "ip",
    "plate",
    "inn",
    "snils",
    "passport",
    "iban",
    "address",
    "device",
)


def luhn_holds(digits):
    """By the book: every second digit from the right doubled, crosswise summed."""
    return sum(sum(divmod(int(digit) * (1 + place % 2), 10)) for place, digit in enumerate(reversed(digits))) % 10 == 0


@pytest.mark.parametrize("kind", ["card", "transport_card"])
def test_cards_pass_luhn_and_fail_it_one_digit_off(kind):
    for who in PEOPLE:
        number = getattr(who, kind)
        assert luhn_holds(number) and not luhn_holds(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_taxpayer_numbers_have_both_check_digits():
    for who in PEOPLE:
        digits = [int(digit) for digit in who.inn]
        for length, weights in ((10, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)), (11, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))):
            assert sum(a * b for a, b in zip(digits, weights, strict=False)) % 11 % 10 == digits[length]


def test_insurance_numbers_have_their_check_number():
    for who in PEOPLE:
        number, check = who.snils.replace("-", "").split()
        assert int(check) == sum(int(digit) * weight for digit, weight in zip(number, range(9, 0, -1), strict=True)) % 101 % 100


def test_accounts_leave_one_when_divided_by_ninety_seven():
    for who in PEOPLE:
        moved = who.iban[4:] + who.iban[:4]
        assert int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


def test_published_examples_come_out():
    assert luhn_digit("7992739871") == "3"
    assert inn("5001007322") == "500100732259"
    assert snils("112233445") == "112-233-445 95"
    assert iban("DE", "370400440532013000") == "DE89370400440532013000"


@pytest.mark.parametrize("kind", NUMBERS)
def test_no_two_people_share_a_number(kind):
    assert len({getattr(who, kind) for who in PEOPLE}) == len(PEOPLE)


def test_numbers_look_as_they_are_written():
    for who in PEOPLE:
        assert re.fullmatch(r"\+79\d{9}", who.phone) and re.fullmatch(r"8 \(9\d\d\) \d{3}-\d\d-\d\d", who.spoken)
        assert re.fullmatch(r"([0-9A-F]{2}-){5}[0-9A-F]{2}", who.mac)
        assert re.fullmatch(r"[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2}\d{2,3}", who.plate) and who.plate_latin.isascii()
        assert re.fullmatch(r"[А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+ [А-ЯЁ][а-яё]+", who.name) and who.name_en.isascii()
        assert who.masked.count("*") == 6 and who.card[-4:] == who.masked[-4:]


def test_what_is_planted_names_every_field_of_a_person():
    assert {planted.kind for planted in plant(PEOPLE)} == {*Person.__struct_fields__, "msisdn", "plate_latin", "spoken"}
