"""Columns as a city's open data hold them, that point at nobody: each a name and its values, out of a seed."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

__all__ = ["innocent"]

Make = Callable[[random.Random], str]
DISTRICTS = """Арбат,Басманный,Замоскворечье,Красносельский,Мещанский,Пресненский,Таганский,Тверской,Хамовники,Якиманка,Аэропорт,Беговой,
Бескудниковский,Войковский,Восточное Дегунино,Головинский,Дмитровский,Западное Дегунино,Коптево,Левобережный,Молжаниновский,Савёловский,
Сокол,
Тимирязевский,Ховрино,Хорошёвский,Алексеевский,Алтуфьевский,Бабушкинский,Бибирево,Бутырский,Лианозово,Лосиноостровский,Марфино,
Марьина Роща,
Останкинский,Отрадное,Ростокино,Свиблово,Северное Медведково,Южное Медведково,Ярославский,Богородское,Вешняки,Восточное Измайлово,
Гольяново,
Ивановское,Косино-Ухтомский,Метрогородок,Новогиреево,Новокосино,Перово,Преображенское,Соколиная Гора,Хорошёво-Мнёвники,Филёвский Парк,
Очаково-Матвеевское,Проспект Вернадского,Тропарёво-Никулино,Внуково,Чертаново Северное,Бирюлёво Восточное,Орехово-Борисово Южное"""
STATIONS = """Охотный Ряд,Площадь Революции,Чистые пруды,Красные Ворота,Улица 1905 года,Баррикадная,Пушкинская,Кузнецкий Мост,Китай-город,
Площадь Ильича,Авиамоторная,Шоссе Энтузиастов,Проспект Мира,Рижская,Алексеевская,ВДНХ,Ботанический сад,Медведково,Улица Академика Янгеля,
Бульвар Дмитрия Донского,Улица Скобелевская,Площадь Гагарина,Библиотека имени Ленина,Александровский сад,Университет,Юго-Западная"""
STREETS_RU = """улица Ленина,Тверская улица,улица Гагарина,проспект Мира,Ленинский проспект,улица Академика Королёва,улица Юрия Гагарина,
Большая Дмитровка,Малая Бронная,Кутузовский проспект,Нахимовский проспект,улица Сергея Эйзенштейна,улица Александра Невского,
набережная Тараса Шевченко,
улица Марии Ульяновой,Садовая-Кудринская,переулок Сивцев Вражек,улица Льва Толстого,бульвар Генерала Карбышева,шоссе Энтузиастов"""
LIBRARIES_RU = """Библиотека им. А. С. Пушкина,Библиотека имени Н. А. Некрасова,Центральная библиотека № 197 имени А. А. Ахматовой,
Детская библиотека № 12,
Библиотека № 23 имени М. Горького,Библиотека им. Ф. М. Достоевского,Тургеневская библиотека,Библиотека-читальня им. И. С. Тургенева,
Библиотека искусств им. А. П. Боголюбова,Культурный центр Добролюбова,Дом Гоголя,Библиотека украинской литературы"""
EVENTS_RU = """Лекция «Александр Сергеевич Пушкин и Москва»,Творческий вечер: Анна Нетребко,Концерт «Времена года»,Мастер-класс по лепке,
Выставка «Иван Айвазовский»,Вечер памяти Владимира Высоцкого,Сказки для малышей,Занятие «Английский с нуля»,Экскурсия по району,
Спектакль «Дядя Ваня»,Фестиваль «Ночь в музее 2024»,Шахматный турнир,Кинопоказ: Анна Каренина,Йога в парке,Встреча клуба книголюбов"""
WARDS = """Ancoats,Ardwick,Baguley,Brooklands,Burnage,Charlestown,Cheetham,Chorlton,Clayton,Crumpsall,Deansgate,Didsbury East,
Didsbury West,
Fallowfield,Gorton,Harpurhey,Higher Blackley,Hulme,Levenshulme,Longsight,Miles Platting,Moss Side,Moston,Northenden,Old Moat,Piccadilly,
Rusholme,
Sharston,Whalley Range,Withington,Woodhouse Park,Victoria Park,St Mary,St George,Burnt Oak,Chipping Barnet,Golders Green,Mill Hill,
Hendon"""
STREETS_EN = """Oxford Street,Portland Street (North-East Bound),Albert Square,King Street West,George Street,Charlotte Street,
John Dalton Street,
Dantzic Street (City Centre),Victoria Bridge Street,Princess Road,Great Ducie Street,St Mary's Parsonage,Lloyd Street North,
Queen Victoria Street,
Martin Luther King Jr Blvd,Thomas Street,Henry Street,Mary Street,Spear Street (City Centre),Salmon Street,Whitworth Street West"""
LIBRARIES_EN = """Burnt Oak Library,Central Library,Edgware,Osidge,East Finchley,Church End,Golders Green Library,Victoria Library,
Charles Burrell Centre,
John Harvard Library,Clapham Library,Kentish Town,Swiss Cottage,Marcus Garvey Library,Florence Nightingale Library,Gordon Road Library"""
EVENTS_EN = """Toddler Read and Rhyme,Reading Group Adult,Lego Club,Storytime with Daisy,Coffee Morning,Code Club for beginners,
Knit and Natter,
Summer Reading Challenge 2023,Jane Austen Book Club,Victorian Crafts,Chess Club,Live at the Library: Amy and the Band,
Charlie and Lola Craft,
Harry Potter Book Night,Job Club,ESOL Conversation,Health Walk,Robin Hood Puppet Show,Meet the Author,Local History Talk"""
CITIES = """Los Angeles,New York City,Chicago,Houston,Phoenix,Philadelphia,San Antonio,San Diego,Dallas,San Jose,Austin,Jacksonville,
Fort Worth,Columbus,
Charlotte,San Francisco,Indianapolis,Seattle,Denver,Washington,Boston,El Paso,Nashville,Detroit,Virginia Beach,Colorado Springs,
Santa Ana,Saint Paul"""
WORDS = """Stronger more resilient communities,Pre-NtO Discount,Post NtO,Affixed to vehicle,CCTV Issue,Bus Lane,No Waiting At Any Time,
Child,Adult,
Весна,Лето,Осень,Зима,понедельник,вторник,Льготный,Полный,Студенческий,Единый,90 минут,Тройка,оплачено,обжаловано,вынесено,visa,
mastercard,Monday,Sunday"""
PROSE = """Очень удобно, спасибо!|Долго ждали ответа, больше 30 минут|Не работает кнопка на странице 3|Сделайте тёмную тему
|The map is slow on my phone
|Great service, 10/10|I waited 2 weeks for a reply|Please add bus 142 to the list|Всё понравилось, кроме очереди в окне 5
|Хотелось бы больше скамеек в парке
|Позвоните им сами|Опросили 1200 человек за 2 дня|Where is form 12-B?|Open from 9:00 to 18:00 on weekdays
|В доме 12 нет лифта уже 3 месяца"""


def listed(text: str, separator: str = ",") -> Make:
    values = [value.strip() for value in text.replace("\n", "").split(separator)]
    return lambda chance: chance.choice(values)


def moment(pattern: str, step_minutes: int = 15, zone: str = "") -> Make:
    start = datetime(2023, 1, 1)
    return lambda chance: (start + timedelta(minutes=step_minutes * chance.randrange(40_000))).strftime(pattern) + zone


def number(low: float, high: float, places: int = 0, shape: str = "{}") -> Make:
    return lambda chance: shape.format(f"{chance.uniform(low, high):.{places}f}")


def running(prefix: str, start: int, shape: str = "{}{}") -> Make:
    return lambda chance: shape.format(prefix, start + chance.randrange(900))


MAKERS: tuple[tuple[tuple[str, ...], Make], ...] = (
    (("Date", "service_date", "Дата", "Event date"), moment("%Y-%m-%d", 1440)),
    (("date", "start_date", "День"), moment("%Y%m%d", 1440)),
    (("Issued", "Дата и время"), moment("%d/%m/%Y %H:%M")),
    (("timestamp", "период"), moment("%Y%m%d%H%M", 10)),
    (("stamp", "ts"), moment("%Y%m%d%H%M%S", 5)),
    (("hour_key", "час"), moment("%Y%m%d%H", 60)),
    (("event_timestamp", "time"), moment("%Y-%m-%dT%H:%M:%S", 15, "Z")),
    (("created", "updated"), moment("%Y-%m-%d %H:%M:%S.123456", 15, "+03:00")),
    (("NewDate", "day"), moment("%d-%b-%Y", 1440)),
    (("Дата", "date"), moment("%d.%m.%Y", 1440)),
    (("log time", "when"), moment("[%d/%b/%Y:%H:%M:%S +0000]")),
    (("Hour_yr", "slot"), moment("%H, %d-%b-%Y", 60)),
    (("arrival_time", "boarding_time"), moment("%H:%M:%S")),
    (("Period", "period"), moment("%Y-%m-01/P1M", 43_200)),
    (("interval", "window"), moment("%Y-%m-%d/%Y-%m-28", 1440)),
    (("week", "Week"), moment("%Y-W%V", 10_080)),
    (("quarter", "квартал года"), lambda chance: f"{chance.randint(2000, 2024)}-Q{chance.randint(1, 4)}"),
    (("epoch", "unix_time"), number(1_600_000_000, 1_760_000_000)),
    (("epoch_ms", "unix_ms"), number(1_600_000_000_000, 1_760_000_000_000)),
    (("year", "Год", "Year"), number(1990, 2026)),
    (("version", "app_version", "browser version"), lambda chance: ".".join(str(chance.randint(0, 120)) for _ in range(4))),
    (("release", "schema"), lambda chance: f"v{chance.randint(0, 9)}.{chance.randint(0, 40)}.{chance.randint(0, 99)}"),
    (("lat", "stop_lat", "Y_Lat", "широта"), number(55.5, 55.99, 7)),
    (("lon", "X_Lon", "долгота", "StartLongitude"), number(-85.9, -85.6, 6)),
    (("coordinates", "centre"), lambda chance: f"{chance.uniform(55, 56):.7f}, {chance.uniform(37, 38):.7f}"),
    (("wkt", "geom"), lambda chance: f"POINT({chance.uniform(37, 38):.8f} {chance.uniform(55, 56):.8f})"),
    (("easting", "northing"), number(380_000, 400_000, 2)),
    (("amount", "Сумма", "spend"), number(0, 99_999, 2)),
    (("Paid", "Outstanding"), number(10, 99, 2, "-£{}")),
    (("total", "Итого"), lambda chance: f"{chance.randint(1, 99)} {chance.randint(100, 999)},{chance.randint(10, 99)} ₽"),
    (("budget", "revenue"), lambda chance: f"{chance.randint(1_000_000, 900_000_000):,}"),
    (("turnover", "оборот"), number(1_000_000_000, 90_000_000_000)),
    (("Count", "visits", "boardings", "Количество"), number(0, 99_999)),
    (("share", "доля"), number(0, 100, 1, "{} %")),
    (("percent", "rate", "spend_all"), number(-1, 1, 4)),
    (("index", "spend_s_all"), lambda chance: f"{chance.uniform(-9, 9):.2e}"),
    (("District", "Район", "Район Москвы"), listed(DISTRICTS)),
    (("station", "Станция", "stop_name"), listed(STATIONS)),
    (("street", "Улица", "Location"), listed(STREETS_RU)),
    (("library", "Библиотека", "Library name"), listed(LIBRARIES_RU)),
    (("title", "Мероприятие", "Название"), listed(EVENTS_RU)),
    (("Ward", "district", "area"), listed(WARDS)),
    (("Street", "Location", "road"), listed(STREETS_EN)),
    (("Library", "branch", "Library name"), listed(LIBRARIES_EN)),
    (("Name", "event", "summary"), listed(EVENTS_EN)),
    (("cityname", "City"), listed(CITIES)),
    (("Status", "category", "payment method", "day_of_week"), listed(WORDS)),
    (("comment", "Отзыв", "answer"), listed(PROSE, "|")),
    (("h3", "cell", "h3_9"), lambda chance: f"89{chance.getrandbits(32):08x}fffff"[:15]),
    (("h3_index", "cell_number"), number(617_700_160_000_000_000, 617_799_960_000_000_000)),
    (("geohash", "hash6"), lambda chance: "ucf" + "".join(chance.choice("0123456789bcdefghjkmnpqrstuvwxyz") for _ in range(5))),
    (("stop_id", "stop"), number(1_000, 99_999)),
    (("stop_id", "platform"), lambda chance: f"S_{chance.randint(1, 900)}"),
    (("trip_id", "block_id"), lambda chance: f"{chance.randint(1_000_000, 9_999_999)}-CNS2014-CNS_MUL-Weekday-{chance.randint(0, 99):02d}"),
    (("trip_id", "shape_id"), running("", 4_295_000)),
    (("route_id", "line"), lambda chance: f"{chance.randint(100, 899)}-{chance.randint(100, 499)}"),
    (
        ("service_id", "pattern_id"),
        lambda chance: f"CNS2014-CNS_MUL-{chance.choice(('Weekday', 'Saturday', 'Sunday'))}-{chance.randint(0, 9):02d}",
    ),
    (("naptan", "atco"), lambda chance: f"1800SB{chance.randint(10_000, 99_999)}"),
    (("vehicle_id", "bus"), lambda chance: f"bus-{chance.randint(100, 9_999)}"),
    (("osm_id", "node"), running("", 8_912_345_000)),
    (("object_id", "registry"), running("", 79_161_000_000)),
    (("contract_number", "order"), running("", 4_111_000_000_000_000)),
    (("Authority", "gss"), lambda chance: f"E0{chance.choice('6789')}00{chance.randint(1, 350):04d}"),
    (
        ("postcode", "zip"),
        lambda chance: f"M{chance.randint(1, 30)} {chance.randint(1, 9)}{chance.choice('ABDEFG')}{chance.choice('HJLNPQ')}",
    ),
    (("индекс", "postal"), number(101_000, 125_999)),
    (("oktmo", "ОКТМО"), lambda chance: f"45{chance.randint(300_000, 399_999)}"),
    (("okved", "ОКВЭД"), lambda chance: f"{chance.randint(10, 99)}.{chance.randint(10, 99)}.{chance.randint(1, 9)}"),
    (
        ("kbk", "КБК"),
        lambda chance: (
            f"182{chance.choice(('101', '106', '108'))}0{chance.randint(1, 9)}0{chance.randint(10, 99)}0110000{chance.choice('12')}10"
        ),
    ),
    (("cadastre", "Кадастровый квартал"), lambda chance: f"77:{chance.randint(1, 12):02d}:{chance.randint(1_000, 12_000):07d}"),
    (("sku", "product"), lambda chance: f"SKU-{chance.randint(1_000, 9_999)}-{chance.choice('ABC')}"),
    (("ean", "barcode group"), running("", 460_123_450_000)),
    (("isbn", "edition"), lambda chance: f"978-5-{chance.randint(100, 999)}-{chance.randint(10_000, 99_999)}-{chance.randint(0, 9)}"),
    (("article", "paragraph"), lambda chance: f"ст. {chance.randint(5, 20)}.{chance.randint(1, 40)} ч. {chance.randint(1, 5)} КоАП"),
    (("offence", "Contravention Code"), lambda chance: f"{chance.randint(1, 62)}{chance.choice(('', 'J', 'c'))}"),
    (("age_group", "возраст"), lambda chance: f"{(low := chance.randrange(10, 80, 10))}-{low + 9}"),
    (("score", "X1", "NPS"), number(0, 10)),
    (("page", "path"), lambda chance: f"/services/{chance.choice(('parking', 'schools', 'doctors'))}/{chance.randint(1, 999)}"),
    (
        ("url", "referrer"),
        lambda chance: (
            f"https://www.city.example/{chance.choice(('news', 'maps'))}/2024/0{chance.randint(1, 9)}/item-{chance.randint(1, 9_999)}.html"
        ),
    ),
    (("user_agent_family", "browser"), listed("Chrome 120,Firefox 121.0,Safari 17.2,Yandex Browser 23.11,Edge 120.0.2210.91")),
    (("phone_calls", "email_opens", "card_payments", "users"), number(0, 900)),
    (("has_phone", "has_email", "card type", "account type"), listed("yes,no,debit,credit,basic,0,1")),
    (("phone", "email", "card"), listed("yes,no,да,нет,0,1,")),
    (("colour", "route_color"), lambda chance: f"{chance.getrandbits(24):06X}"),
    (("commit", "etag_short"), lambda chance: f"{chance.getrandbits(28):07x}"),
    (("flight", "train"), lambda chance: f"{chance.choice(('SU', 'FV', 'U6'))} {chance.randint(100, 6_999)}"),
    (("house_range", "segment"), lambda chance: f"{(low := chance.randint(1, 200))}-{low + chance.randint(2, 20)}"),
    (("duration", "длительность"), lambda chance: f"PT{chance.randint(1, 23)}H{chance.randint(0, 59)}M"),
    (("LSOA", "oa"), lambda chance: f"E0100{chance.randint(1_000, 9_999)}"),
    (("currency", "unit"), listed("USD,EUR,RUB,GBP,minutes,visits")),
    (
        ("description", "notes"),
        lambda chance: (
            f"Ремонт дороги на участке {chance.randint(1, 30)} км, этап {chance.randint(1, 4)}, срок 2024-0{chance.randint(1, 9)}-15"
        ),
    ),
)


def innocent(seed: int, count: int) -> Iterator[tuple[str, list[str]]]:
    """Columns of ``count`` values each, which may repeat."""
    chance = random.Random(seed)
    for headers, make in MAKERS:
        for header in headers:
            yield header, [make(chance) for _ in range(count)]
