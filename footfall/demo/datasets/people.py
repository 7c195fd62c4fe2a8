"""People of the made city with everything that real files hold about them, none of which may ever be stored.

Numbers that have check digits have the right ones, so that a guard's validators meet what they would meet. All
are drawn; none is anybody's.
"""

import random
from collections.abc import Iterator
from functools import cache

import msgspec

__all__ = ["PLANTED_PEOPLE", "Person", "Planted", "iban", "inn", "luhn_digit", "make_people", "plant", "snils"]

GIVEN = (
    ("Иван", "Ivan", "Иванович"), ("Пётр", "Petr", "Петрович"), ("Алексей", "Alexey", "Алексеевич"), ("Сергей", "Sergey", "Сергеевич"),
    ("Ильдар", "Ildar", "Маратович"), ("Дмитрий", "Dmitry", "Олегович"), ("Тимур", "Timur", "Русланович"), ("Глеб", "Gleb", "Андреевич"),
    ("Анна", "Anna", "Ивановна"), ("Мария", "Maria", "Петровна"), ("Елена", "Elena", "Сергеевна"), ("Ольга", "Olga", "Андреевна"),
    ("Айгуль", "Aigul", "Маратовна"), ("Наталья", "Natalia", "Олеговна"), ("Софья", "Sofia", "Дмитриевна"), ("Зоя", "Zoya", "Львовна"),
)  # fmt: skip
FAMILY = (
    ("Ветлугин", "Vetlugin"), ("Сосновский", "Sosnovsky"), ("Калитин", "Kalitin"), ("Рогожин", "Rogozhin"), ("Зарецкий", "Zaretsky"),
    ("Плетнёв", "Pletnev"), ("Хабиров", "Khabirov"), ("Журавлёв", "Zhuravlev"), ("Мельгунов", "Melgunov"), ("Устинов", "Ustinov"),
    ("Лопухин", "Lopukhin"), ("Тарханов", "Tarkhanov"), ("Быстров", "Bystrov"), ("Ершов", "Ershov"), ("Нагорный", "Nagorny"),
    ("Яковлев", "Yakovlev"), ("Гаврилин", "Gavrilin"), ("Полозов", "Polozov"), ("Шевардин", "Shevardin"), ("Фомичёв", "Fomichev"),
)  # fmt: skip
STREETS = ("Садовая", "Речная", "Заводская", "Липовая", "Школьная", "Вокзальная", "Полевая", "Ткацкая")
MAILS = ("mail.example", "post.example", "inbox.example")
PLATE_LETTERS = "АВЕКМНОРСТУХ"
"""Those that look the same in Latin: the only ones on plates."""
VENDORS = ("A4-5E-60", "F0-99-BF", "3C-2E-FF", "8C-85-90", "D4-61-9D", "02-1A-7F", "DA-A1-19")
PLANTED_PEOPLE = 25
"""How many of the people are looked for by tests; they come in every file that holds people."""


class Planted(msgspec.Struct, frozen=True):
    """Something that must never be found in a store, as a file writes it."""

    kind: str
    value: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A resident who was drawn."""

    name: str
    """Russian: family name, given name, patronymic."""
    name_en: str
    phone: str
    """+7 and ten digits."""
    email: str
    card: str
    """Sixteen digits with Luhn's."""
    token: str
    """Of the card, as fare systems have it: 32 hexadecimal digits."""
    transport_card: str
    """Nineteen digits with Luhn's."""
    mac: str
    """AA-BB-CC-DD-EE-FF."""
    ip: str
    plate: str
    inn: str
    snils: str
    passport: str
    iban: str
    address: str
    device: str
    """A random UUID."""

    @property
    def msisdn(self) -> str:
        """The phone number as RADIUS has it, without a plus."""
        return self.phone[1:]

    @property
    def plate_latin(self) -> str:
        """The plate in Latin letters, as cameras from abroad read it."""
        return self.plate.translate(str.maketrans(PLATE_LETTERS, "ABEKMHOPCTYX"))

    @property
    def spoken(self) -> str:
        """The phone number as people write it: 8 (916) 123-45-67."""
        digits = self.phone[2:]
        return f"8 ({digits[:3]}) {digits[3:6]}-{digits[6:8]}-{digits[8:]}"

    @property
    def masked(self) -> str:
        """The card as a careful gateway has it."""
        return f"{self.card[:4]} {self.card[4:6]}** **** {self.card[-4:]}"


@cache
def make_people(seed: int, *, most: int) -> tuple[Person, ...]:
    """That many people, no two alike in any number."""
    dice = random.Random(f"{seed}|people")
    return tuple(_person(dice, number) for number in range(most))


def plant(people: tuple[Person, ...]) -> Iterator[Planted]:
    """What a test looks for after every load. Files of a week or more write each of these at least once, just so."""
    for who in people[:PLANTED_PEOPLE]:
        for field in (*Person.__struct_fields__, "msisdn", "plate_latin", "spoken"):
            yield Planted(field, getattr(who, field))


def luhn_digit(digits: str) -> str:
    """The digit that makes Luhn's sum come out.

    >>> luhn_digit("7992739871")
    '3'
    """
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(digits))]
    return str(-sum(number - 9 * (number > 9) for number in doubled) % 10)


def inn(ten: str) -> str:
    """A person's taxpayer number: ten digits and the two that check them.

    >>> inn("5001007322")
    '500100732259'
    """
    first = _weighed(ten, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8))
    return ten + first + _weighed(ten + first, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8))


def snils(nine: str) -> str:
    """A pension insurance number, 112-233-445 95, from its nine digits.

    >>> snils("112233445")
    '112-233-445 95'
    """
    check = sum(int(digit) * (9 - place) for place, digit in enumerate(nine)) % 101 % 100
    return f"{nine[:3]}-{nine[3:6]}-{nine[6:]} {check:02}"


def iban(country: str, account: str) -> str:
    """An account number of ISO 13616 with its check digits.

    >>> iban("DE", "370400440532013000")
    'DE89370400440532013000'
    """
    digits = "".join(str(int(letter, 36)) for letter in f"{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02}{account}"


def _weighed(digits: str, weights: tuple[int, ...]) -> str:
    return str(sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 % 10)


def _person(dice: random.Random, number: int) -> Person:
    code = number * 7919 % 10**5
    name, name_en = _named(dice)
    card = f"{dice.choice(('220070', '427644', '553691'))}{code:05}{dice.randrange(10**4):04}"
    pass_number = f"9643{code:06}{dice.randrange(10**8):08}"
    return Person(
        name=name,
        name_en=name_en,
        phone=f"+79{dice.choice('0168')}{dice.randrange(10)}{code:05}{dice.randrange(100):02}",
        email=f"{name_en.split()[1].lower()}.{name_en.split()[0].lower()}{number}@{dice.choice(MAILS)}",
        card=card + luhn_digit(card),
        token=f"{dice.getrandbits(128):032x}",
        transport_card=pass_number + luhn_digit(pass_number),
        mac=f"{dice.choice(VENDORS)}-{number >> 8 & 255:02X}-{number & 255:02X}-{dice.randrange(256):02X}",
        ip=f"95.24.{100 + number // 200}.{number % 200 + 20}",
        plate=_plate(dice, number),
        inn=inn(f"77{code:05}{dice.randrange(1000):03}"),
        snils=snils(f"{dice.randrange(1000, 10000)}{code:05}"),
        passport=f"45 {dice.randrange(10, 24)} {code:05}{dice.randrange(10)}",
        iban=iban("DE", f"50010517{code:05}{dice.randrange(10**5):05}"),
        address=f"ул. {dice.choice(STREETS)}, д. {number // 100 + 1}, кв. {number % 100 + 1}",
        device=_uuid(dice),
    )


def _named(dice: random.Random) -> tuple[str, str]:
    given, given_en, patronymic = dice.choice(GIVEN)
    family, family_en = dice.choice(FAMILY)
    if patronymic.endswith("на"):
        family, family_en = (
            (f"{family[:-2]}ая", f"{family_en[:-1]}aya") if family.endswith(("ий", "ый")) else (f"{family}а", f"{family_en}a")
        )
    return f"{family} {given} {patronymic}", f"{given_en} {family_en}"


def _plate(dice: random.Random, number: int) -> str:
    first, second, third = (PLATE_LETTERS[place] for place in (number // 1000 % 12, dice.randrange(12), dice.randrange(12)))
    return f"{first}{number % 1000:03}{second}{third}{dice.choice((77, 50, 197))}"


def _uuid(dice: random.Random) -> str:
    digits = f"{dice.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
