"""What the demo city's portals write about, in English and Russian: subjects by topic, and sentences that texts are made of."""

import msgspec

__all__ = ["PAGES", "SUBJECTS", "TOPICS_OF", "Phrases", "Subject"]


class Subject(msgspec.Struct, frozen=True):
    """Something that a portal has a page about, in each language."""

    slug: str
    kind: str
    en: str
    ru: str


class Phrases(msgspec.Struct, frozen=True):
    """Sentences that fit any subject of a topic."""

    subjects: tuple[Subject, ...]
    en: tuple[str, ...]
    ru: tuple[str, ...]


TOPICS_OF: dict[str, tuple[str, ...]] = {
    "gov.example.city": ("documents", "taxes", "utilities", "benefits"),
    "transport.example.city": ("public-transport", "roads", "cycling", "parking"),
    "library.example.city": ("libraries", "events", "clubs"),
    "health.example.city": ("doctors", "prevention", "older-people"),
    "culture.example.city": ("museums", "events", "parks"),
    "school.example.city": ("schools", "kindergartens", "clubs"),
}
"""What each portal writes about."""

PAGES: dict[str, dict[str, tuple[str, str, str]]] = {
    "gov.example.city": {
        "/": ("City hall: services and news", "page", ""),
        "/services": ("All city services", "page", ""),
        "/services/passport": ("Apply for a passport", "service", "documents"),
        "/services/parking-permit": ("Get a resident's parking permit", "form", "parking"),
        "/services/address-change": ("Tell us your new address", "form", "documents"),
        "/services/done": ("Your application was sent", "page", ""),
        "/news": ("City news", "page", ""),
        "/news/budget": ("The city budget for next year", "article", "taxes"),
        "/contacts": ("Offices and opening hours", "page", ""),
    },
    "transport.example.city": {
        "/": ("Transport in the city", "page", "public-transport"),
        "/routes": ("Plan a trip by tram, bus and metro", "service", "public-transport"),
        "/routes/tram-7": ("Tram 7: stops and times", "page", "public-transport"),
        "/routes/bus-114": ("Bus 114: stops and times", "page", "public-transport"),
        "/tickets": ("Tickets and fares", "page", "public-transport"),
        "/tickets/season": ("Buy a season ticket", "service", "public-transport"),
        "/disruptions": ("Works and disruptions today", "article", "public-transport"),
    },
    "library.example.city": {
        "/": ("Libraries of the city", "page", "libraries"),
        "/catalogue": ("Search the library catalogue", "service", "libraries"),
        "/catalogue/novelties": ("New books this month", "article", "libraries"),
        "/events": ("Readings and talks in libraries", "page", "events"),
        "/branches": ("Find a library branch", "page", "libraries"),
        "/branches/riverside": ("Riverside library", "page", "libraries"),
        "/reading-room": ("Book a seat in the reading room", "service", "libraries"),
    },
    "health.example.city": {
        "/": ("Health in the city", "page", "doctors"),
        "/appointments": ("Make an appointment with a doctor", "service", "doctors"),
        "/appointments/done": ("Your appointment is booked", "page", "doctors"),
        "/clinics": ("Clinics and their doctors", "page", "doctors"),
        "/clinics/childrens": ("The children's clinic", "page", "doctors"),
        "/vaccination": ("Vaccination against flu and measles", "service", "prevention"),
        "/on-duty": ("Doctors and pharmacies on duty", "page", "doctors"),
    },
    "culture.example.city": {
        "/": ("Culture in the city", "page", "events"),
        "/events": ("Concerts, plays and festivals", "page", "events"),
        "/events/night-of-museums": ("The Night of Museums", "event", "museums"),
        "/events/river-concert": ("A concert on the river", "event", "events"),
        "/museums": ("Museums of the city", "page", "museums"),
        "/museums/city-history": ("Museum of city history", "page", "museums"),
        "/tickets": ("Buy a ticket for a concert or a play", "service", "events"),
    },
    "school.example.city": {
        "/": ("Schools of the city", "page", "schools"),
        "/timetable": ("Lessons and holidays: the timetable", "page", "schools"),
        "/enrolment": ("Enrol a child at school", "service", "schools"),
        "/enrolment/documents": ("Documents for enrolment at school", "form", "schools"),
        "/clubs": ("Clubs and courses for children", "page", "clubs"),
        "/clubs/robotics": ("The robotics club", "page", "clubs"),
        "/menus": ("School meals this week", "page", "schools"),
    },
}
"""Title, kind and topic of the pages that visitors of the demo see; a topic that is empty is none."""

SUBJECTS: dict[str, Phrases] = {
    "documents": Phrases(
        (
            Subject("birth-certificate", "service", "Get a birth certificate", "Получить свидетельство о рождении"),
            Subject("passport-photo", "article", "Which photo a passport needs", "Какая фотография нужна для паспорта"),
            Subject("marriage", "service", "Register a marriage", "Зарегистрировать брак"),
        ),
        ("Bring your identity card and the form.", "The certificate is ready in five working days.", "A lost document is replaced."),
        ("Возьмите паспорт и заявление.", "Свидетельство готово через пять рабочих дней.", "Взамен утерянного документа выдают новый."),
    ),
    "taxes": Phrases(
        (
            Subject("property-tax", "service", "Pay property tax", "Уплатить налог на имущество"),
            Subject("tax-relief", "article", "Who may pay less tax", "Кому положен налоговый вычет"),
            Subject("fines", "service", "Look up and pay fines", "Проверить и оплатить штрафы"),
        ),
        ("The bill is due on the first of December.", "A late payment costs a surcharge.", "Pay the tax by card or at the bank."),
        ("Счёт нужно оплатить до первого декабря.", "За просрочку платежа начисляется пеня.", "Налог можно уплатить картой или в банке."),
    ),
    "utilities": Phrases(
        (
            Subject("meter-readings", "form", "Send water and power meter readings", "Передать показания счётчиков воды и света"),
            Subject("heating-season", "article", "When the heating season begins", "Когда начинается отопительный сезон"),
            Subject("hot-water", "article", "Hot water is off for repairs of the pipes", "Отключение горячей воды из-за ремонта труб"),
        ),
        (
            "Readings of meters are taken until the 25th.",
            "The water company calls before it comes.",
            "Heating is paid by the metre.",
        ),
        ("Показания счётчиков принимают до 25-го числа.", "Водоканал звонит перед приходом.", "Отопление оплачивают по площади квартиры."),
    ),
    "benefits": Phrases(
        (
            Subject("housing-allowance", "service", "Apply for a housing allowance", "Оформить жилищную субсидию"),
            Subject("child-benefit", "service", "Apply for child benefit", "Оформить детское пособие"),
            Subject("free-lunch", "article", "Help for families with low incomes", "Помощь семьям с низким доходом"),
        ),
        (
            "The allowance depends on income.",
            "A benefit is paid from the month of the application.",
            "Social workers help with the form.",
        ),
        (
            "Размер субсидии зависит от дохода.",
            "Пособие выплачивают с месяца обращения.",
            "Социальные работники помогут с заявлением.",
        ),
    ),
    "public-transport": Phrases(
        (
            Subject("night-bus", "article", "A new night bus to the station", "Новый ночной автобус до вокзала"),
            Subject("travel-card", "service", "Order a travel card", "Заказать проездной билет"),
            Subject("metro-lift", "article", "Lifts for three metro stations", "Лифты на трёх станциях метро"),
        ),
        ("Buses run every ten minutes.", "The tram stops at the market and the station.", "Passengers may change within an hour."),
        ("Автобусы ходят каждые десять минут.", "Трамвай останавливается у рынка и вокзала.", "Пассажиры могут пересесть в течение часа."),
    ),
    "roads": Phrases(
        (
            Subject("bridge-closed", "article", "The old bridge is closed to traffic", "Старый мост закрыт для движения"),
            Subject("potholes", "form", "Report a pothole", "Сообщить о яме на дороге"),
            Subject("snow-clearing", "article", "How streets are cleared of snow", "Как убирают снег с улиц"),
        ),
        ("Road works last until autumn.", "Drivers take the ring road.", "New asphalt is laid at night."),
        ("Дорожные работы продлятся до осени.", "Водители объезжают по кольцевой дороге.", "Новый асфальт кладут ночью."),
    ),
    "cycling": Phrases(
        (
            Subject("bicycle-hire", "service", "Hire a city bicycle", "Взять напрокат городской велосипед"),
            Subject("cycle-lane", "article", "A cycle lane along the river", "Велодорожка вдоль реки"),
            Subject("bicycle-day", "event", "Bicycle day in the centre", "День велосипеда в центре"),
        ),
        ("Cyclists have a lane of their own.", "A helmet is no duty but a good idea.", "Stations for hired bicycles stand at the metro."),
        ("У велосипедистов своя полоса.", "Шлем не обязателен, но полезен.", "Станции проката велосипедов стоят у метро."),
    ),
    "parking": Phrases(
        (
            Subject("parking-zones", "article", "Where parking is paid", "Где парковка платная"),
            Subject("parking-payment", "service", "Pay for parking", "Оплатить парковку"),
            Subject("towed-car", "service", "Find a car that was towed away", "Найти эвакуированный автомобиль"),
        ),
        ("Residents park for free at night.", "The car park at the station has room for 300 cars.", "Parking is paid by the hour."),
        ("Ночью жители паркуются бесплатно.", "На стоянке у вокзала 300 мест для машин.", "Парковку оплачивают по часам."),
    ),
    "libraries": Phrases(
        (
            Subject("library-card", "service", "Get a library card", "Получить читательский билет"),
            Subject("e-books", "service", "Borrow electronic books", "Взять электронную книгу"),
            Subject("return-books", "page", "Return books at any branch", "Вернуть книги в любую библиотеку"),
        ),
        (
            "Readers may keep a book for three weeks.",
            "Librarians find rare books elsewhere.",
            "The reading room is open until nine.",
        ),
        ("Книгу можно держать три недели.", "Библиотекари найдут редкую книгу в другой библиотеке.", "Читальный зал открыт до девяти."),
    ),
    "events": Phrases(
        (
            Subject("poetry-evening", "event", "An evening of poetry", "Вечер поэзии"),
            Subject("winter-festival", "event", "The winter festival on the square", "Зимний фестиваль на площади"),
            Subject("open-air-cinema", "event", "Cinema in the open air", "Кино под открытым небом"),
            Subject("jazz-concert", "event", "A jazz concert for all ages", "Джазовый концерт для всех возрастов"),
        ),
        ("Admission is free, seats are few.", "The concert begins at seven in the evening.", "Artists of the city's theatres take part."),
        ("Вход свободный, мест немного.", "Концерт начинается в семь вечера.", "Выступают артисты городских театров."),
    ),
    "clubs": Phrases(
        (
            Subject("chess-club", "service", "The chess club takes beginners", "Шахматный кружок ждёт новичков"),
            Subject("drawing-course", "service", "A drawing course for children", "Курсы рисования для детей"),
            Subject("choir", "event", "Auditions for the children's choir", "Прослушивание в детский хор"),
        ),
        ("Groups meet twice a week after lessons.", "The first lesson of a club is free.", "Children from seven years may join."),
        ("Кружки собираются дважды в неделю после уроков.", "Первое занятие в кружке бесплатное.", "Принимают детей с семи лет."),
    ),
    "doctors": Phrases(
        (
            Subject("call-a-doctor", "service", "Call a doctor to your home", "Вызвать врача на дом"),
            Subject("choose-clinic", "service", "Choose a clinic and a doctor", "Выбрать поликлинику и врача"),
            Subject("dentist", "article", "A dentist without a queue", "Стоматолог без очереди"),
            Subject("test-results", "service", "See the results of your tests", "Узнать результаты анализов"),
        ),
        ("Patients are seen by appointment.", "The clinic is open on Saturdays.", "A nurse takes blood tests until ten."),
        ("Пациентов принимают по записи.", "Поликлиника работает по субботам.", "Медсестра берёт анализы крови до десяти."),
    ),
    "prevention": Phrases(
        (
            Subject("check-up", "service", "A free health check-up", "Бесплатная диспансеризация"),
            Subject("flu", "article", "How to get through the flu season", "Как пережить сезон гриппа"),
            Subject("quit-smoking", "service", "Help to stop smoking", "Помощь тем, кто бросает курить"),
            Subject("heat", "article", "What to do when it is hot", "Что делать в жару"),
        ),
        ("A vaccination takes five minutes.", "Healthy people have themselves examined once a year.", "Drink water and rest at noon."),
        ("Прививка занимает пять минут.", "Здоровые люди проходят осмотр раз в год.", "Пейте воду и отдыхайте в полдень."),
    ),
    "older-people": Phrases(
        (
            Subject("pension-card", "service", "The pensioner's card", "Карта пенсионера"),
            Subject("home-help", "service", "Help at home for older people", "Помощь на дому пожилым людям"),
            Subject("dancing", "event", "Dancing for those over sixty", "Танцы для тех, кому за шестьдесят"),
            Subject("care-home", "service", "A place in a care home", "Место в пансионате для пожилых"),
        ),
        ("Pensioners travel for free.", "A helper brings food and medicine.", "Neighbours of old age meet for tea on Thursdays."),
        ("Пенсионеры ездят бесплатно.", "Помощник приносит продукты и лекарства.", "По четвергам пенсионеры встречаются за чаем."),
    ),
    "museums": Phrases(
        (
            Subject("guided-tour", "service", "Book a guided tour", "Заказать экскурсию"),
            Subject("new-exhibition", "event", "An exhibition of old maps", "Выставка старинных карт"),
            Subject("art-gallery", "page", "The gallery of modern art", "Галерея современного искусства"),
            Subject("free-day", "article", "Museums are free on the third Sunday", "Музеи бесплатны в третье воскресенье"),
        ),
        ("The exhibition shows two hundred paintings.", "Guides tell of the museum's oldest things.", "The gallery is closed on Mondays."),
        ("На выставке двести картин.", "Экскурсоводы рассказывают о старейших вещах музея.", "Галерея закрыта по понедельникам."),
    ),
    "parks": Phrases(
        (
            Subject("botanical-garden", "page", "The botanical garden", "Ботанический сад"),
            Subject("skating-rink", "article", "The skating rink in the park opens", "В парке открывается каток"),
            Subject("tree-planting", "event", "Plant a tree with your neighbours", "Посадите дерево вместе с соседями"),
            Subject("playground", "article", "A new playground in the oak park", "Новая детская площадка в дубовом парке"),
        ),
        ("Lawns and paths are lit until midnight.", "Gardeners plant lindens and oaks.", "Dogs are welcome on a lead."),
        ("Газоны и дорожки освещены до полуночи.", "Садовники сажают липы и дубы.", "С собаками можно гулять на поводке."),
    ),
    "schools": Phrases(
        (
            Subject("change-school", "service", "Change to another school", "Перейти в другую школу"),
            Subject("exams", "article", "Dates of the school exams", "Даты школьных экзаменов"),
            Subject("school-bus", "article", "The school bus has a new stop", "У школьного автобуса новая остановка"),
            Subject("open-day", "event", "Open day of the lyceum", "День открытых дверей в лицее"),
        ),
        ("Lessons begin at half past eight.", "Pupils get their textbooks for free.", "Teachers meet parents on Wednesdays."),
        ("Уроки начинаются в половине девятого.", "Ученики получают учебники бесплатно.", "Учителя встречаются с родителями по средам."),
    ),
    "kindergartens": Phrases(
        (
            Subject("kindergarten-place", "service", "Put a child on the list for a kindergarten", "Записать ребёнка в детский сад"),
            Subject("kindergarten-fee", "service", "Pay the kindergarten fee", "Оплатить детский сад"),
            Subject("first-days", "article", "The first days at the kindergarten", "Первые дни в детском саду"),
            Subject("nursery-group", "article", "Nursery groups from one and a half years", "Ясельные группы с полутора лет"),
        ),
        ("Kindergartens take children from three years.", "Toddlers sleep after lunch.", "The list for a place is open all year."),
        (
            "Детские сады принимают детей с трёх лет.",
            "После обеда у малышей тихий час.",
            "Запись в детский сад идёт круглый год.",
        ),
    ),
}
"""Subjects of each topic."""
