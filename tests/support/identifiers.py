"""Made-up identifiers by kind, in the disguises they come in, and columns that hold none. Everything comes out of a seed."""

import random
from collections.abc import Callable, Iterator

from stdnum import luhn
from stdnum.it import codicefiscale
from stdnum.ru import inn

__all__ = ["DISGUISES", "IDENTIFIERS", "disguised", "headed"]

Make = Callable[[random.Random], str]
MEN = "Иван Пётр Сергей Андрей Дмитрий Алексей Николай Максим Артём Егор Кирилл Олег Юрий Виктор Павел".split()
WOMEN = "Анна Мария Елена Ольга Наталья Татьяна Ирина Светлана Юлия Екатерина Дарья Вера Нина Людмила".split()
STEMS = (
    "Иванов Петров Смирнов Кузнецов Соколов Лебедев Козлов Новиков Морозов Волков Зайцев Павлов Семёнов Голубев Богданов Фёдоров".split()
)
FATHERS = ["Иванович", "Петрович", "Сергеевич", "Андреевич", "Николаевич", "Олегович", "Юрьевич"]
MOTHERS = ["Ивановна", "Петровна", "Сергеевна", "Андреевна", "Николаевна", "Олеговна", "Юрьевна"]
FIRST = "John Mary Peter Susan David Emma James Laura Michael Sarah Thomas Helen Robert Alice William Karen Daniel Julia".split()
LAST = "Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker Thompson Evans Roberts Edwards Hughes".split()
STREETS = "Ленина Гагарина Мира Садовая Лесная Кирова Пушкина Чехова Полевая Школьная Набережная Тверская".split()
ROADS = "Oxford Victoria Church Station Park Mill Queens Albert Richmond Grange Manor Windsor".split()
PLATE = "АВЕКМНОРСТУХ"
LOOK_ALIKE = dict(zip("ABEKMHOPCTYXaeopcyx", "АВЕКМНОРСТУХаеорсух", strict=True))
HIDDEN = "\u200b\u200c\u2060\ufeff"


def digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choice("0123456789") for _ in range(count))


def phone(chance: random.Random) -> str:
    return f"+7{chance.choice(('9', '4', '3'))}{digits(chance, 9)}"


def phone_written(chance: random.Random) -> str:
    number = digits(chance, 9)
    shape = chance.choice(("8 (9{0}) {1}-{2}-{3}", "8-9{0}-{1}-{2}-{3}", "+7 9{0} {1} {2} {3}", "7(9{0}){1}-{2}-{3}"))
    return shape.format(number[:2], number[2:5], number[5:7], number[7:])


def phone_abroad(chance: random.Random) -> str:
    return chance.choice(
        (
            f"+44 7{digits(chance, 3)} {digits(chance, 6)}",
            f"+49 17{digits(chance, 1)} {digits(chance, 8)}",
            f"0{chance.randint(1, 9)} " + " ".join(digits(chance, 2) for _ in range(4)),
        )
    )


def e_mail(chance: random.Random) -> str:
    name = f"{chance.choice(FIRST)}{chance.choice(('.', '_', ''))}{chance.choice(LAST)}".lower()
    return f"{name}{chance.choice(('', '77', '+city'))}@{chance.choice(('example.com', 'mail.example.org', 'почта.рф', 'city.example'))}"


def e_mail_hidden(chance: random.Random) -> str:
    return e_mail(chance).replace("@", chance.choice((" @ ", " (at) ", "[at]", "＠", "%40")))


def russian(chance: random.Random) -> str:
    stem = chance.choice(STEMS)
    if chance.random() < 0.5:
        return f"{stem} {chance.choice(MEN)} {chance.choice(FATHERS)}"
    return f"{stem}а {chance.choice(WOMEN)} {chance.choice(MOTHERS)}"


def russian_short(chance: random.Random) -> str:
    first, second = chance.choice("АБВГДЕИКЛМНОПРСТ"), chance.choice("АБВГДИКЛМНОПСЮ")
    return chance.choice(("{0} {1}. {2}.", "{0} {1}.{2}.", "{1}. {2}. {0}", "{1}.{2}. {0}")).format(chance.choice(STEMS), first, second)


def russian_pair(chance: random.Random) -> str:
    pair = [chance.choice(STEMS), chance.choice(MEN)]
    return " ".join(pair if chance.random() < 0.5 else pair[::-1])


def english(chance: random.Random) -> str:
    return chance.choice(("{0} {1}", "{1}, {0}", "Mr {0} {1}", "{0} A. {1}")).format(chance.choice(FIRST), chance.choice(LAST))


def home(chance: random.Random) -> str:
    shape = chance.choice(
        ("ул. {0}, д. {1}, кв. {2}", "улица {0}, {1}, кв {2}", "ул. {0} д.{1} кв.{2}", "г. Москва, ул. {0}, дом {1}, квартира {2}")
    )
    return shape.format(chance.choice(STREETS), chance.randint(1, 180), chance.randint(1, 300))


def home_abroad(chance: random.Random) -> str:
    shape = chance.choice(
        ("Flat {2}, {1} {0} Street", "{1} {0} Road, Apt {2}", "{1} {0} Avenue, Flat {2}", "Apartment {2}, {1} {0} Lane", "{1} {0} St #{2}")
    )
    return shape.format(chance.choice(ROADS), chance.randint(1, 180), chance.randint(1, 90))


def home_unnamed(chance: random.Random) -> str:
    shape = chance.choice(("пр. {0} {1} кв. {2}", "{0} {1} кв {2}", "пр. {0}, {1}/2 кв. {2}"))
    return shape.format(chance.choice(STREETS), chance.randint(5, 180), chance.randint(1, 300))


def greeting(chance: random.Random) -> str:
    shape = chance.choice(("Dear {0} {1}, the road is closed", "Kind regards, {0} {1}"))
    return shape.format(chance.choice(FIRST), chance.choice(LAST))


def listed_name(chance: random.Random) -> str:
    return f"{chance.choice(STEMS)} {chance.choice(MEN)}" if chance.random() < 0.5 else f"{chance.choice(STEMS)}а {chance.choice(WOMEN)}"


def birth_date(chance: random.Random) -> str:
    date = f"{chance.randint(1, 28):02d}.{chance.randint(1, 12):02d}.{chance.randint(1930, 2009)}"
    return chance.choice(("дата рождения {0}", "{0} г.р.", "родилась {0}", "born {0}", "DOB: {0}")).format(date)


def card_masked(chance: random.Random) -> str:
    shape = chance.choice(("**** {0}", "**** **** **** {0}", "XXXX-XXXX-XXXX-{0}", "карта *{0}", "card ending {0}"))
    return shape.format(f"{chance.randint(3, 9)}{digits(chance, 3)}")


def phone_local(chance: random.Random) -> str:
    return f"{chance.choice(('тел.', 'телефон', 'tel.'))} {chance.randint(1, 9)}{digits(chance, 2)}-{digits(chance, 2)}-{digits(chance, 2)}"


def e_mail_spelt(chance: random.Random) -> str:
    name = chance.choice(LAST).lower()
    return chance.choice((f"{name} AT mail.example.org", f"{name} at gmail.com", f"{name} собака yandex точка ru", f"{name}@mail,ru"))


def social(chance: random.Random) -> str:
    name = f"{chance.choice(FIRST)}_{chance.choice(LAST)}".lower()
    return chance.choice((f"https://vk.com/{name}", f"t.me/{name}", f"vk.com/id{chance.randint(10_000, 99_999_999)}"))


def card(chance: random.Random) -> str:
    number = chance.choice(
        ("4" + digits(chance, 14), f"5{chance.randint(1, 5)}" + digits(chance, 13), f"220{chance.randint(0, 4)}" + digits(chance, 11))
    )
    return number + luhn.calc_check_digit(number)


def card_written(chance: random.Random) -> str:
    number = card(chance)
    return chance.choice((" ", "-", ".")).join(number[place : place + 4] for place in range(0, 16, 4))


def iban(chance: random.Random) -> str:
    number = f"{digits(chance, 8)}{digits(chance, 10)}"
    return f"DE{98 - int(number + '131400') % 97:02d}{number}"


def iban_written(chance: random.Random) -> str:
    number = iban(chance)
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))


def account(chance: random.Random) -> str:
    return f"{chance.choice(('40817', '42301', '40802', '40702'))}810{digits(chance, 12)}"


def inn_person(chance: random.Random) -> str:
    number = f"{chance.randint(10, 99)}{digits(chance, 8)}"
    return number + inn.calc_personal_check_digits(number)


def inn_company(chance: random.Random) -> str:
    number = f"{chance.randint(10, 99)}{digits(chance, 7)}"
    return number + inn.calc_company_check_digit(number)


def snils(chance: random.Random) -> str:
    number = f"{chance.randint(1, 1)}{digits(chance, 8)}"
    check = sum(int(digit) * place for digit, place in zip(number, range(9, 0, -1), strict=True)) % 101 % 100
    return f"{number}{check:02d}"


def snils_written(chance: random.Random) -> str:
    number = snils(chance)
    return f"{number[:3]}-{number[3:6]}-{number[6:9]}{chance.choice(' -')}{number[9:]}"


def passport(chance: random.Random) -> str:
    return f"{chance.randint(10, 99)} {chance.randint(0, 24):02d} {digits(chance, 6)}"


def travel(chance: random.Random) -> str:
    return f"P<RUS{chance.choice(LAST).upper()}<<{chance.choice(FIRST).upper()}".ljust(44, "<")


def policy(chance: random.Random) -> str:
    return f"полис ОМС {digits(chance, 16)}"


def plate(chance: random.Random) -> str:
    region = chance.choice(("77", "99", "178", "50", "750", "16"))
    return f"{chance.choice(PLATE)}{digits(chance, 3)}{chance.choice(PLATE)}{chance.choice(PLATE)}{region}"


def imei(chance: random.Random) -> str:
    number = f"35{digits(chance, 12)}"
    return number + luhn.calc_check_digit(number)


def imsi(chance: random.Random) -> str:
    return f"IMSI 25001{digits(chance, 10)}"


def mac(chance: random.Random) -> str:
    pairs = [f"{chance.randrange(256):02x}" for _ in range(5)] + [chance.choice(("af", "0b", "c4"))]
    return chance.choice((":".join(pairs), "-".join(pairs).upper(), ".".join("".join(pairs)[place : place + 4] for place in (0, 4, 8))))


def ipv4(chance: random.Random) -> str:
    return ".".join(str(chance.randint(1, 254)) for _ in range(4))


def ipv4_in_url(chance: random.Random) -> str:
    return f"http://{ipv4(chance)}/{chance.choice(('', 'status', 'cam/1'))}"


def ipv6(chance: random.Random) -> str:
    return "2001:db8:" + ":".join(f"{chance.randrange(4096, 65536):x}" for _ in range(6))


def uuid(chance: random.Random) -> str:
    text = f"{chance.getrandbits(128):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def digest(chance: random.Random) -> str:
    size = chance.choice((32, 40, 64))
    return f"a{chance.getrandbits(size * 4 - 4):0{size - 1}x}"


def vin(chance: random.Random) -> str:
    return "XTA" + "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(7)) + digits(chance, 7)


def fiscal(chance: random.Random) -> str:
    start = (
        "".join(chance.choice("BCDFGLMNPRST") for _ in range(6))
        + f"{chance.randint(40, 99)}{chance.choice('ABCDEHLMPRST')}{chance.randint(10, 28)}{chance.choice('ABCDEFGHIL')}{digits(chance, 3)}"
    )
    return start + codicefiscale.calc_check_digit(start)


IDENTIFIERS: dict[str, tuple[str, Make]] = {
    "telephone": ("phone", phone),
    "telephone as written": ("phone", phone_written),
    "telephone abroad": ("phone", phone_abroad),
    "telephone of the town": ("phone", phone_local),
    "e-mail": ("e-mail", e_mail),
    "e-mail spelt out": ("e-mail", e_mail_spelt),
    "account of a social site": ("account", social),
    "e-mail hidden": ("e-mail", e_mail_hidden),
    "Russian name": ("name", russian),
    "Russian initials": ("name", russian_short),
    "Russian pair": ("name", russian_pair),
    "English name": ("name", english),
    "name in a greeting": ("name", greeting),
    "surname first": ("name", listed_name),
    "date of birth": ("birth date", birth_date),
    "Russian home": ("address", home),
    "Russian home without its street": ("address", home_unnamed),
    "English home": ("address", home_abroad),
    "card": ("card", card),
    "card as written": ("card", card_written),
    "card masked": ("card", card_masked),
    "IBAN": ("iban", iban),
    "IBAN as written": ("iban", iban_written),
    "Russian account": ("bank account", account),
    "INN of a person": ("inn", inn_person),
    "INN of a company": ("inn", inn_company),
    "SNILS": ("snils", snils),
    "SNILS as written": ("snils", snils_written),
    "passport": ("passport", passport),
    "travel document": ("passport", travel),
    "policy": ("policy", policy),
    "plate": ("plate", plate),
    "IMEI": ("imei", imei),
    "IMSI": ("imsi", imsi),
    "MAC": ("mac", mac),
    "IPv4": ("ip", ipv4),
    "IPv4 in a URL": ("ip", ipv4_in_url),
    "IPv6": ("ip", ipv6),
    "UUID": ("device", uuid),
    "digest": ("digest", digest),
    "VIN": ("vin", vin),
    "codice fiscale": ("national id", fiscal),
}
"""By name: the kind it must be found as, and what makes one."""
SENTENCES = ("обращение от {0}", "см. {0} в заявке", "note: {0}", "{0} (по словам оператора)", "paid by {0}, thanks")


def as_it_is(chance: random.Random, text: str) -> str:
    return text


def spaced(chance: random.Random, text: str) -> str:
    return text.replace(" ", chance.choice(("\u00a0", "\u2009", "\u202f")))


def dashed(chance: random.Random, text: str) -> str:
    return text.replace("-", chance.choice("‐‑–—−"))


def dotted(chance: random.Random, text: str) -> str:
    return text if any(letter.isalpha() for letter in text) else text.replace(" ", ".").replace("-", ".")


def full_width(chance: random.Random, text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if letter.isdigit() and letter.isascii() else letter for letter in text)


def hidden(chance: random.Random, text: str) -> str:
    place = chance.randint(1, len(text) - 1)
    return text[:place] + chance.choice(HIDDEN) + text[place:]


def look_alike(chance: random.Random, text: str) -> str:
    return "".join(LOOK_ALIKE.get(letter, letter) for letter in text)


def in_latin(chance: random.Random, text: str) -> str:
    back = {cyrillic: latin for latin, cyrillic in LOOK_ALIKE.items()}
    return "".join(back.get(letter, letter) if place % 2 or text.isupper() else letter for place, letter in enumerate(text))


DISGUISES: dict[str, Callable[[random.Random, str], str]] = {
    "as it is": as_it_is,
    "other spaces": spaced,
    "other dashes": dashed,
    "dots": dotted,
    "full width": full_width,
    "hidden characters": hidden,
    "Cyrillic letters": look_alike,
    "Latin letters": in_latin,
    "in a sentence": lambda chance, text: chance.choice(SENTENCES).format(text),
}


def disguised(seed: int, count: int) -> Iterator[tuple[str, str, str, list[str]]]:
    """Columns as (name of the identifier, disguise, its kind, values): ``count`` values each."""
    chance = random.Random(seed)
    for name, (kind, make) in IDENTIFIERS.items():
        for disguise, change in DISGUISES.items():
            if disguise == "Cyrillic letters" and name == "English name":
                continue
            yield name, disguise, kind, [change(chance, make(chance)) for _ in range(count)]


def headed(seed: int) -> Iterator[tuple[str, str, list[str]]]:
    """Columns that only their name gives away: (name, kind, values)."""
    chance = random.Random(seed)
    for header, kind, make in HEADED:
        yield header, kind, [make(chance) for _ in range(3)]


def token(chance: random.Random) -> str:
    return f"U{digits(chance, 4)}"


HEADED: tuple[tuple[str, str, Make], ...] = (
    ("phone", "phone", lambda chance: f"9{digits(chance, 9)}"),
    ("Телефон заявителя", "phone", lambda chance: f"{digits(chance, 3)}-{digits(chance, 2)}-{digits(chance, 2)}"),
    ("msisdn", "phone", lambda chance: f"7{digits(chance, 10)}"),
    ("nomer_telefona", "phone", lambda chance: f"8{digits(chance, 10)}"),
    ("паспорт", "passport", lambda chance: digits(chance, 10)),
    ("passportNumber", "passport", lambda chance: digits(chance, 9)),
    ("фио", "name", lambda chance: "Абырвалгов Г"),
    ("ФИО заявителя", "name", russian),
    ("имя", "name", lambda chance: chance.choice(MEN)),
    ("Фамилия", "name", lambda chance: chance.choice(STEMS)),
    ("отчество", "name", lambda chance: chance.choice(FATHERS)),
    ("firstName", "name", lambda chance: chance.choice(FIRST)),
    ("last_name", "name", lambda chance: "Qwertyson"),
    ("карта", "card", card),
    ("cardNumber", "card", lambda chance: digits(chance, 16)),
    ("pan", "card", lambda chance: "411111******1111"),
    ("СНИЛС", "snils", lambda chance: digits(chance, 11)),
    ("snils", "snils", snils),
    ("ИНН", "inn", inn_company),
    ("inn", "inn", inn_person),
    ("полис", "policy", lambda chance: digits(chance, 16)),
    ("Номер полиса ОМС", "policy", lambda chance: digits(chance, 16)),
    ("госномер", "plate", plate),
    ("Plate", "plate", lambda chance: f"AB{digits(chance, 2)} CDE"),
    ("license_plate", "plate", lambda chance: f"B-XY {digits(chance, 4)}"),
    ("gosnomer", "plate", plate),
    ("user_id", "account", token),
    ("userId", "account", lambda chance: digits(chance, 5)),
    ("USER-ID", "account", token),
    ("login", "account", lambda chance: chance.choice(LAST).lower()),
    ("логин", "account", token),
    ("rider_id", "account", token),
    ("session id", "account", token),
    ("адрес", "address", lambda chance: f"{chance.choice(STREETS)} {chance.randint(1, 99)}"),
    ("квартира", "address", lambda chance: str(chance.randint(1, 300))),
    ("home_address", "address", lambda chance: f"{chance.randint(1, 99)} Oxford Street"),
    ("imei", "imei", lambda chance: digits(chance, 15)),
    ("imsi", "imsi", lambda chance: f"25001{digits(chance, 10)}"),
    ("MAC-адрес", "mac", lambda chance: f"{chance.getrandbits(48):012x}"),
    ("vin", "vin", vin),
    ("device_id", "device", token),
    ("device", "device", lambda chance: f"{chance.getrandbits(32):08x}7"),
    ("phone1", "phone", lambda chance: f"495{digits(chance, 7)}"),
    ("Телефон1", "phone", lambda chance: f"495{digits(chance, 7)}"),
    ("troika_card", "card", lambda chance: digits(chance, 10)),
    ("transport_card", "card", lambda chance: digits(chance, 10)),
    ("id_клиента", "account", lambda chance: digits(chance, 6)),
    ("applicant", "name", lambda chance: chance.choice(STEMS)),
    ("payer", "name", lambda chance: chance.choice(STEMS)),
    ("owner_name", "name", lambda chance: chance.choice(STEMS)),
    ("mac_addr", "mac", lambda chance: f"{chance.getrandbits(48):012x}"),
    ("ipaddr", "ip", ipv4),
    ("driver_license", "document", lambda chance: f"{digits(chance, 2)} {digits(chance, 2)} {digits(chance, 6)}"),
    ("document_number", "document", lambda chance: digits(chance, 10)),
    ("год_рождения", "birth year", lambda chance: str(chance.randint(1930, 2009))),
    ("year_of_birth", "birth year", lambda chance: str(chance.randint(1930, 2009))),
    ("расчётный счёт", "bank account", account),
    ("nhs number", "national id", lambda chance: digits(chance, 10)),
    ("Дата рождения", "birth date", lambda chance: f"{chance.randint(1940, 2005)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}"),
    ("dob", "birth date", lambda chance: f"0{chance.randint(1, 9)}/1{chance.randint(0, 9)}/{chance.randint(1940, 2005)}"),
)
