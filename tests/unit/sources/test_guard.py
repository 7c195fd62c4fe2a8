"""What the guard finds in a column, and what it leaves alone."""

import doctest
import importlib
from collections import Counter
from random import Random

import pytest

from footfall.errors import Refused
from footfall.sources.guard import KIND_NAMES, is_nearly_key, look, look_at_header, refuse_findings
from footfall.sources.guard.headers import _PHRASES
from footfall.sources.guard.promised import _RULES
from tests.support.identifiers import DISGUISES, IDENTIFIERS, disguised, headed
from tests.support.innocent import innocent

OTHERS = [f"ответ номер {number}" for number in range(250)]
SERVICES = ["parking", "school meals", "музей", "запись к врачу", "Ледовый Дворец", "transport", "line 12", "ремонт дороги"]
MODULES = ("codes", "digits", "headers", "looking", "plain", "promised")


def seen(values):
    return [(value, 1, row) for row, value in enumerate(values, 1)]


def kind_of(*values, header="value"):
    found = look(seen(values), header=header)
    return found and found.kind


@pytest.mark.parametrize("name", MODULES)
def test_examples_hold(name):
    tested = doctest.testmod(importlib.import_module(f"footfall.sources.guard.{name}"))
    assert (tested.failed, tested.attempted > 0) == (0, True)


def test_each_kind_is_found_in_each_disguise():
    columns = list(disguised(seed=1, count=10))
    missed = [(name, disguise, kind) for name, disguise, kind, values in columns if kind_of(*values) != kind]
    assert missed == []
    assert sum(len(values) for *_, values in columns) >= 2_000
    assert len({kind for kind, _ in IDENTIFIERS.values()}) >= 20 and len(IDENTIFIERS) >= 30 and len(DISGUISES) >= 8


def test_column_is_found_by_its_name_alone():
    columns = list(headed(seed=1))
    assert [(header, kind) for header, kind, values in columns if kind_of(*values, header=header) != kind] == []
    assert len(columns) > 40


def test_columns_of_open_data_are_let_through():
    columns = list(innocent(seed=1, count=40))
    found = [(header, look(Counter(values).items(), header=header)) for header, values in columns]
    assert [(header, finding.kind) for header, finding in found if finding] == []
    assert len(columns) >= 200


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "звоните +7 916 123-45-67 после шести"),
        ("phone", "тел. 89161234567"),
        ("phone", "+7(916)\u200b123–45–67"),
        ("e-mail", "пишите на ivanova\u200b@example.com"),
        ("card", "card 4111-1111-1111-1111"),
        ("card", "карта 411111******1111"),
        ("iban", "перевод на GB29 NWBK 6016 1331 9268 19 завтра"),
        ("inn", "ИНН 7707083893"),
        ("snils", "СНИЛС 112-233-445 95"),
        ("passport", "паспорт серия 4510 номер 123456"),
        ("policy", "полис 7700 0012 3456 7890"),
        ("plate", "у подъезда А123ВС77"),
        ("mac", "00-1A-2B-3C-4D-5E"),
        ("ip", "from 192.0.2.17 at night"),
        ("ip", "2001:db8::ff00:42:8329"),
        ("device", "dc1289dd-5de4-6846-e953-66e72098"),
        ("name", "спасибо Анне Сергеевне за помощь"),
        ("name", "соседка Ивaнова Мaрия Пeтровна"),
        ("address", "прошу убрать снег, ул. Ленина, д. 5, кв. 12"),
        ("address", "Flat 3, 12 Oxford Street"),
    ],
)
def test_one_value_among_many_is_enough_where_nothing_else_looks_so(kind, value):
    assert kind_of(*OTHERS, value) == kind


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("phone", "89161234567"),
        ("phone", "74951234567"),
        ("phone", "07700900123"),
        ("phone", "тел. 123-45-67"),
        ("e-mail", "ivan AT mail.ru"),
        ("e-mail", "ivan собака mail точка ru"),
        ("e-mail", "ivan&#64;mail.ru"),
        ("card", "4111111111111111"),
        ("card", "**** 1234"),
        ("card", "XXXX-XXXX-XXXX-1234"),
        ("card", "карта *1234"),
        ("inn", "500100732259"),
        ("snils", "11223344595"),
        ("imei", "490154203237518"),
        ("passport", "45 09 №123456"),
        ("device", "001A2B3C4D5E"),
        ("vin", "XTA210930Y1234567"),
        ("ip", "http://8.8.8.8/x"),
        ("account", "https://vk.com/ivan.petrov"),
        ("account", "t.me/ivan_petrov"),
        ("account", "ok.ru/profile/571234567"),
        ("birth date", "дата рождения 12.03.1985"),
        ("birth date", "12.03.1985 г.р."),
        ("birth date", "born 1985-03-12"),
        ("birth date", "родилась 7 марта 1985"),
        ("name", "Петров Иван"),
        ("name", "ПЕТРОВА АННА"),
        ("name", "Smith, John"),
        ("name", "Иванов И.И."),
        ("name", "Dear John Smith"),
        ("name", "Уважаемая Ирина Смирнова"),
        ("address", "пр. Мира 12 кв. 45"),
        ("address", "Тверская 7 кв 10"),
        ("address", "Lenina street 5, apt. 12"),
    ],
)
def test_lone_identifier_among_few_services_is_enough(kind, value):
    assert kind_of(*SERVICES, value) == kind


def test_lone_number_that_passes_is_chance_beside_numbers_that_do_not():
    cards = [str(4_000_000_000_000_000 + 7 * 10**13 * place) for place in range(1, 9)]
    assert kind_of(*cards, "4111111111111111") is None
    assert kind_of("Boston, Massachusetts", "Austin, Texas", "Savannah, Georgia") is None


def test_made_up_number_alone_is_refused_as_seldom_as_the_docs_say():
    made, percent = Random(7), {11: 7, 15: 3, 16: 4}
    for digits in range(8, 21):
        numbers = [str(made.randrange(10 ** (digits - 1), 10**digits)) for _ in range(300)]
        refused = sum(kind_of(number) is not None for number in numbers)
        assert refused / 3 <= percent.get(digits, 2) + 2, digits


@pytest.mark.parametrize(
    "value",
    [
        "07.01.2024 Рождество в парке",
        "Born in the USA, 12.03.2024",
        "вечер к дате рождения поэта 26.05.1999",
        "День рождения парка 12.03.2024",
        "Ремонт ул. Ленина 12, 2 кв. 2024",
        "Отчёт за 3 кв 24",
        "распоряжение от 01.02.2024 № 123456",
        "Карта города* 2024",
        "**** 2024",
        "продано телефонов 100-2000",
        "vk.com/museum_city",
        "https://t.me/mosmetro_official",
        "vk.com/club1234567",
        "https://vk.com/wall-123_456",
        "meet at city hall",
        "собака у метро",
        "Г. Королёв",
        "Магазин Роза",
        "Павлов Посад",
        "Анна Каренина",
        "Dear library team",
    ],
)
def test_what_looks_like_an_identifier_and_is_none_is_let_through(value):
    assert kind_of(*SERVICES, value) is None


def test_answers_without_identifiers_are_let_through():
    assert kind_of(*OTHERS) is None


def test_one_in_ten_that_passes_a_check_digit_is_chance():
    numbers = [f"{7_700_000_000 + 7_919_993 * place}" for place in range(400)]
    assert kind_of(*numbers) is None
    assert kind_of("7707083893") is None
    assert kind_of("7707083893", header="инн") == "inn"


def test_numbers_given_out_one_after_another_are_no_telephones():
    assert kind_of(*(str(79_161_000_000 + number) for number in range(200))) is None
    assert kind_of(*(str(79_160_000_000 + 49_999 * number) for number in range(200))) == "phone"


def test_name_of_a_column_counts_only_whole():
    assert look_at_header("phone") == look_at_header("Телефон") == look_at_header("clientPhone") == "phone"
    innocent = "phone_calls,Library name,card type,event_count,IP rating area,1 кв,кв2,vehicle_id,parent_id,author_id,births,device_type"
    assert [name for name in innocent.split(",") if look_at_header(name)] == []


def test_number_at_the_end_of_a_name_is_one_of_several():
    assert look_at_header("phone1") == look_at_header("Телефон1") == look_at_header("phone_2_home") == "phone"
    assert look_at_header("sha256_phone") == look_at_header("phone_md5") == "phone"


def test_id_of_whoever_a_column_names_is_an_account():
    assert {look_at_header(name) for name in ("id_клиента", "applicant_id", "guestUid", "ид_заявителя")} == {"account"}


def test_driver_and_citizen_are_said_as_in_russian():
    assert {look_at_header(name) for name in ("driver", "Citizen", "водитель", "гражданин")} == {"name"}
    assert {look_at_header(name) for name in ("drivers", "driver_count", "citizen_requests", "driver_license")} == {None, "document"}


def test_flags_and_counts_under_a_telling_name_are_let_through():
    assert kind_of("12", "7", "yes", header="driver") is None
    assert kind_of("yes", "no", header="phone") is None
    assert kind_of("120", "87", "3051", header="mobile") is None
    assert kind_of("R1", header="rider_id") == "account"
    assert [look([("R1", 1)], header="rider_id").by_name, look([("a@b.example", 1)], header="note").by_name] == [True, False]


def test_kinds_of_things_under_a_telling_name_are_let_through():
    assert kind_of("mobile", "desktop", "iPhone 12", "1200", header="device") is None
    assert kind_of("Единый", "Тройка", "120000", header="transport_card") is None
    assert kind_of("945-ПП от 01.02.2024", "12/3", header="document_number") is None
    assert kind_of("физлицо", "legal entity", header="payer") is None


def test_honoured_names_are_streets_and_libraries():
    assert kind_of("Библиотека им. А. С. Пушкина", "улица Юрия Гагарина", "Музей Анны Сергеевны Голубкиной") is None


def test_finding_says_column_kind_share_and_row_and_never_a_value():
    sentinels = {
        "phone": "+7 916 555-31-27",
        "e-mail": "sentinel.person@example.org",
        "card": "4000 1234 5678 9017",
        "name": "Сентинелов Пётр Ильич",
    }
    for kind, sentinel in sentinels.items():
        finding = look([("ordinary", 7, 1), (sentinel, 1, 5)], header="note")
        with pytest.raises(Refused) as refused:
            refuse_findings([finding])
        said = str(refused.value)
        assert finding.kind == kind and "'note'" in said and "in row 5" in said and "12 % of its rows" in said
        for part in sentinel.replace("@", " ").replace(".", " ").split():
            assert part not in said and part not in repr(finding)


def test_nothing_found_refuses_nothing():
    assert refuse_findings([]) is None
    assert look([], header="phone") is None


def test_every_kind_has_a_name_and_a_rule_for_its_header():
    assert set(_PHRASES) == set(_RULES) <= set(KIND_NAMES)


def test_nearly_a_key_is_more_than_half_of_more_than_fifty_rows():
    assert [is_nearly_key(26, 50), is_nearly_key(26, 51), is_nearly_key(25, 51)] == [False, True, False]


@pytest.mark.parametrize("value", ["Иванова А.", "Петрова А.", "Смирнов И.", "Григорьев К.", "Дьяков П."])
def test_lone_surname_with_an_initial_is_enough_whatever_its_letter(value):
    assert look([("оплачено", 2000, 1), ("открыто", 1900, 2), (value, 1, 77)], header="status")
