"""Invented names in several scripts, each with the Latin letters a passport would carry.

The stems mean `sample`, `trial`, `model`, `draft` and the like (Kazakh үлгі, сынақ; Russian образец, проба, макет;
Turkish örnek, deneme; Chinese 样本, 试验), so that every name is recognisable as made up.
"""

import numpy as np
import pyarrow as pa

_LATIN = dict(
    zip(
        "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЫІЭЮЯ",
        ["A", "A", "B", "V", "G", "G", "D", "E", "YO", "ZH", "Z", "I", "Y", "K", "Q", "L", "M", "N", "NG", "O", "O", "P", "R",
         "S", "T", "U", "U", "U", "F", "KH", "H", "TS", "CH", "SH", "SHCH", "Y", "I", "E", "YU", "YA"],
        strict=True,
    )
)  # fmt: skip
_FOLD = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")

KAZAKH, RUSSIAN, MONGOLIAN, UZBEK, TURKISH, GERMAN, CHINESE, GEORGIAN, ARABIC, TOTE = range(10)

# For each script: surnames of men, surnames of women, given names of men, given names of women, patronymics of both.
# `\u02bb` is the letter of Uzbek oʻ, gʻ.
_STEMS_KAZAKH = [
    "Үлгі",
    "Сынақ",
    "Мысал",
    "Жасанды",
    "Қиял",
    "Нобай",
    "Болжам",
    "Ойлап",
    "Тәжірибе",
    "Өрнек",
    "Кесте",
    "Бағдар",
    "Есепші",
    "Ғарыш",
]
_STEMS_RUSSIAN = [
    "Образц",
    "Пробн",
    "Макет",
    "Пример",
    "Вымысл",
    "Шаблон",
    "Модел",
    "Набросок",
    "Черновик",
    "Опытн",
    "Учебн",
    "Таблиц",
    "Чертёж",
    "Эскиз",
]
_GIVEN_KAZAKH_M = [
    "Үлгібек",
    "Сынақбай",
    "Мысалхан",
    "Қиялбек",
    "Нобайжан",
    "Болжамбек",
    "Өрнекбай",
    "Кестебек",
    "Бағдархан",
    "Есепбай",
]
_GIVEN_KAZAKH_F = [
    "Үлгігүл",
    "Сынақай",
    "Мысалжан",
    "Қиялгүл",
    "Нобайгүл",
    "Болжамай",
    "Өрнекгүл",
    "Кестегүл",
    "Бағдаргүл",
    "Есепгүл",
]
_GIVEN_RUSSIAN_M = [
    "Образ",
    "Пробий",
    "Макетий",
    "Примерий",
    "Вымысел",
    "Шаблон",
    "Моделий",
    "Опытий",
    "Эскизий",
    "Чертёжий",
]
_GIVEN_RUSSIAN_F = [
    "Образа",
    "Проба",
    "Макета",
    "Примера",
    "Вымысла",
    "Шаблона",
    "Моделия",
    "Опытия",
    "Эскизия",
    "Таблица",
]

_SURNAMES_M: dict[int, list[str]] = {
    KAZAKH: [stem + end for stem in _STEMS_KAZAKH for end in ("баев", "беков", "ұлы", "енов")],
    RUSSIAN: [stem + end for stem in _STEMS_RUSSIAN for end in ("ов", "енко", "ский", "ин")],
    MONGOLIAN: ["Загварын", "Жишээгийн", "Туршилтын", "Зохиомлын", "Хүснэгтийн", "Дүрслэлийн"],
    UZBEK: ["Namunayev", "Sinovov", "Misolov", "Tajribayev", "Andozayev", "Oʻylamov", "Jadvalov", "Gʻoyibov"],
    TURKISH: ["Örnekoğlu", "Denemeci", "Taslakçı", "Şablonoğlu", "Kurguçu", "Çizelgeci"],
    GERMAN: ["Mustermuster", "Beispieler", "Probenau", "Entwurfer", "Vorlagner", "Schablonke"],
    CHINESE: ["样", "试", "例", "模", "拟", "虚"],
    GEORGIAN: ["ნიმუშაძე", "მაგალითაშვილი", "საცდელიძე", "გამოგონაშვილი", "ცხრილაძე"],
    ARABIC: ["نمونه‌ای", "آزمایشی", "مثالی", "جدولی", "خیالی"],
    TOTE: ["ۇلگىباەۆ", "سىناقوۆ", "مىسالوۆ", "قيالباەۆ", "نوبايەۆ", "بولجاموۆ"],
}
_SURNAMES_LATIN: dict[int, list[str]] = {
    MONGOLIAN: ["ZAGVARYN", "JISHEEGIIN", "TURSHILTYN", "ZOKHIOMLYN", "KHUSNEGTIIN", "DURSLELIIN"],
    UZBEK: ["NAMUNAYEV", "SINOVOV", "MISOLOV", "TAJRIBAYEV", "ANDOZAYEV", "OYLAMOV", "JADVALOV", "GOYIBOV"],
    TURKISH: ["ORNEKOGLU", "DENEMECI", "TASLAKCI", "SABLONOGLU", "KURGUCU", "CIZELGECI"],
    GERMAN: ["MUSTERMUSTER", "BEISPIELER", "PROBENAU", "ENTWURFER", "VORLAGNER", "SCHABLONKE"],
    CHINESE: ["YANG", "SHI", "LI", "MO", "NI", "XU"],
    GEORGIAN: ["NIMUSHADZE", "MAGALITASHVILI", "SATSDELIDZE", "GAMOGONASHVILI", "TSKHRILADZE"],
    ARABIC: ["NAMUNAI", "AZMAYESHI", "MESALI", "JADVALI", "KHIALI"],
    TOTE: ["ULGIBAEV", "SYNAQOV", "MYSALOV", "QIYALBAEV", "NOBAEV", "BOLZHAMOV"],
}
_GIVEN: dict[int, tuple[list[str], list[str]]] = {
    KAZAKH: (_GIVEN_KAZAKH_M, _GIVEN_KAZAKH_F),
    RUSSIAN: (_GIVEN_RUSSIAN_M, _GIVEN_RUSSIAN_F),
    MONGOLIAN: (
        ["Загварбат", "Жишээбаатар", "Туршилтбат", "Зохиомолдорж"],
        ["Загварцэцэг", "Жишээмаа", "Туршилтмаа", "Зохиомолзаяа"],
    ),
    UZBEK: (["Namunabek", "Sinovjon", "Misolbek", "Andozajon"], ["Namunaoy", "Sinovgul", "Misoloy", "Andozagul"]),
    TURKISH: (["Örnekcan", "Denemehan", "Taslakhan", "Kurgucan"], ["Örnekgül", "Denemenur", "Taslaknur", "Kurgugül"]),
    GERMAN: (
        ["Musterbert", "Beispielfried", "Probewin", "Entwurfhold"],
        ["Musterlinde", "Beispielgard", "Probehild", "Entwurftrud"],
    ),
    CHINESE: (["样本", "试验", "例子", "模型"], ["样本", "试例", "虚拟", "模例"]),
    GEORGIAN: (["ნიმუშა", "მაგალითა", "საცდელა"], ["ნიმუშო", "მაგალითო", "საცდელო"]),
    ARABIC: (["نمونه", "آزمون", "مثال"], ["نمونه‌گل", "آزمونه", "مثاله"]),
    TOTE: (["ۇلگىبەك", "سىناقباي", "مىسالحان", "قيالبەك"], ["ۇلگىگۇل", "سىناقاي", "مىسالجان", "قيالگۇل"]),
}
_GIVEN_LATIN: dict[int, tuple[list[str], list[str]]] = {
    MONGOLIAN: (
        ["ZAGVARBAT", "JISHEEBAATAR", "TURSHILTBAT", "ZOKHIOMOLDORJ"],
        ["ZAGVARTSETSEG", "JISHEEMAA", "TURSHILTMAA", "ZOKHIOMOLZAYAA"],
    ),
    UZBEK: (["NAMUNABEK", "SINOVJON", "MISOLBEK", "ANDOZAJON"], ["NAMUNAOY", "SINOVGUL", "MISOLOY", "ANDOZAGUL"]),
    TURKISH: (["ORNEKCAN", "DENEMEHAN", "TASLAKHAN", "KURGUCAN"], ["ORNEKGUL", "DENEMENUR", "TASLAKNUR", "KURGUGUL"]),
    GERMAN: (
        ["MUSTERBERT", "BEISPIELFRIED", "PROBEWIN", "ENTWURFHOLD"],
        ["MUSTERLINDE", "BEISPIELGARD", "PROBEHILD", "ENTWURFTRUD"],
    ),
    CHINESE: (["YANGBEN", "SHIYAN", "LIZI", "MOXING"], ["YANGBEN", "SHILI", "XUNI", "MOLI"]),
    GEORGIAN: (["NIMUSHA", "MAGALITA", "SATSDELA"], ["NIMUSHO", "MAGALITO", "SATSDELO"]),
    ARABIC: (["NAMUNA", "AZMOON", "MESAL"], ["NAMUNAGOL", "AZMOONA", "MESALA"]),
    TOTE: (["ULGIBEK", "SYNAQBAI", "MYSALKHAN", "QIYALBEK"], ["ULGIGUL", "SYNAQAI", "MYSALZHAN", "QIYALGUL"]),
}


def latin(text: str) -> str:
    """Cyrillic capitals and small letters in passport-like Latin capitals; other letters stay."""
    return "".join(_LATIN.get(letter, letter) for letter in text.upper())


def fold(text: str) -> str:
    """A Kazakh name as Russian spelling renders it: letters that only Kazakh has collapse (Ә to А, Қ to К ...)."""
    return text.translate(_FOLD)


def _woman(surname: str) -> str:
    for end, other in (
        ("ов", "ова"),
        ("ев", "ева"),
        ("ин", "ина"),
        ("ский", "ская"),
        ("ұлы", "қызы"),
        ("ov", "ova"),
        ("ev", "eva"),
    ):
        if surname.endswith(end):
            return surname[: -len(end)] + other
    return surname


def _lists() -> tuple[dict[tuple[int, bool], np.ndarray], dict[tuple[int, bool], np.ndarray], dict[str, pa.Array]]:
    """Positions of each script's and sex's names in shared word lists, and the lists themselves (native and Latin)."""
    words: dict[str, list[str]] = {"surname": [], "surname_latin": [], "given": [], "given_latin": []}
    surnames, given = {}, {}
    for script, men in _SURNAMES_M.items():
        for female in (False, True):
            native = [_woman(name) for name in men] if female else men
            roman = _SURNAMES_LATIN.get(script) or [latin(name) for name in native]
            if script == UZBEK and female:
                roman = [name + "A" for name in roman]
            surnames[script, female] = np.arange(len(native)) + len(words["surname"])
            words["surname"] += native
            words["surname_latin"] += roman
            firsts = _GIVEN[script][female]
            given[script, female] = np.arange(len(firsts)) + len(words["given"])
            words["given"] += firsts
            words["given_latin"] += (
                _GIVEN_LATIN[script][female] if script in _GIVEN_LATIN else [latin(name) for name in firsts]
            )
    return surnames, given, {name: pa.array(values, type=pa.string()) for name, values in words.items()}


_SURNAME_PLACES, _GIVEN_PLACES, WORDS = _lists()
_PATRONYMICS: dict[tuple[int, bool], list[str]] = {
    (KAZAKH, False): [name + "ұлы" for name in _GIVEN_KAZAKH_M],
    (KAZAKH, True): [name + "қызы" for name in _GIVEN_KAZAKH_M],
    (RUSSIAN, False): ["Образович", "Пробиевич", "Макетович", "Примерович", "Моделиевич", "Эскизович"],
    (RUSSIAN, True): ["Образовна", "Пробиевна", "Макетовна", "Примеровна", "Моделиевна", "Эскизовна"],
}
PATRONYMICS = pa.array([name for names in _PATRONYMICS.values() for name in names], type=pa.string())


def draw(rng: np.random.Generator, script: np.ndarray, female: np.ndarray) -> dict[str, np.ndarray]:
    """Positions in WORDS (`surname`, `given`) and in PATRONYMICS (`patronymic`, -1 where none) for each person."""
    count = len(script)
    first, second, third = rng.random((3, count))
    answer = {name: np.full(count, -1, dtype=np.int32) for name in ("surname", "given", "patronymic")}
    start = 0
    for (kind, woman), names in _PATRONYMICS.items():
        rows = np.flatnonzero((script == kind) & (female == woman) & (third < 0.8))
        answer["patronymic"][rows] = start + (third[rows] / 0.8 * len(names)).astype(np.int32)
        start += len(names)
    for (kind, woman), places in _SURNAME_PLACES.items():
        rows = np.flatnonzero((script == kind) & (female == woman))
        answer["surname"][rows] = places[(first[rows] * len(places)).astype(np.int32)]
        firsts = _GIVEN_PLACES[kind, woman]
        answer["given"][rows] = firsts[(second[rows] * len(firsts)).astype(np.int32)]
    return answer
