"""A city's file: what the shipped ones say, what is refused and on which line, what applying changes."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from chalicelib.complaints.calendar import known_years
from chalicelib.complaints.city import (
    CLASSES,
    Hours,
    InvalidCity,
    checked,
    difference,
    from_stored,
    minutes,
    parse,
    to_json,
)

CITIES = Path(__file__).parents[2] / "infra" / "cities"

SMALL = (Path(__file__).parents[1] / "payloads" / "city_small.toml").read_text(encoding="utf-8")


def line_of(text: str, wanted: str) -> int:
    """The line of a text that occurs once."""
    assert text.count(wanted) == 1, wanted
    return text[: text.index(wanted)].count("\n") + 1


def errors(text: str) -> list[str]:
    with pytest.raises(InvalidCity) as refused:
        parse(text)
    return refused.value.errors


def with_(*pairs: tuple[str, str]) -> str:
    text = SMALL
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_the_small_city() -> None:
    city = parse(SMALL)
    assert (city.code, city.zone, city.conversation_days) == ("TST", "Asia/Jakarta", 30)
    assert city.classes == (*CLASSES, "ringan")
    dlhkp = city.department("dlhkp")
    assert dlhkp is not None and dlhkp.email == "dlhkp@uji.example"
    pohon = city.category("pohon")
    assert pohon is not None and (pohon.class_, pohon.keywords) == ("complaint", ("pohon", "ranting"))
    assert city.department("x") is None and city.category("x") is None
    assert city.holidays[0].date == date(2026, 1, 1)
    assert known_years(city.holidays) == {2026}
    assert city.hours.spans(0) == ((450, 720), (780, 960))
    assert city.hours.spans(6) == ()
    assert minutes("24:00") == 1440
    assert Hours(sunday=("00:00-24:00",)).spans(6) == ((0, 1440),)


# --- the shipped cities


@pytest.mark.parametrize(
    ("name", "code", "kemendagri", "kelurahan"),
    [("kediri", "KDR", "35.71", [14, 17, 15]), ("madiun", "MDN", "35.77", [9, 9, 9])],
)
def test_the_shipped_cities(name: str, code: str, kemendagri: str, kelurahan: list[int]) -> None:
    city = parse((CITIES / f"{name}.toml").read_text(encoding="utf-8"))
    assert (city.code, city.kemendagri_code, city.zone) == (code, kemendagri, "Asia/Jakarta")
    assert sorted(len(one.kelurahan) for one in city.kecamatan) == sorted(kelurahan)
    assert len(city.categories) >= 25
    assert all(category.keywords for category in city.categories if category.id != "lainnya")
    assert city.lapor.codes.verify
    assert city.lapor.forward == "on_receipt"
    assert "Rejomulyo" in {name for one in city.kecamatan for name in one.kelurahan}
    assert all(department.email.endswith(".example") for department in city.departments if department.email)
    assert sum(end - start for day in range(7) for start, end in city.hours.spans(day)) == 37.5 * 60
    standards = {(one.class_, one.clock): (one.amount, one.unit) for one in city.standards}
    assert standards["*", "verification"] == (3, "working_days")
    assert standards["*", "follow_up"] == (5, "working_days")
    assert standards["*", "closing"] == (10, "working_days")
    assert standards["complaint", "resolution"] == (14, "working_days")
    assert standards["oversight", "resolution"] == (60, "working_days")
    assert standards["information", "resolution"] == standards["aspiration", "resolution"] == (5, "working_days")
    kip = next(one for one in city.standards if one.class_ == "public_information")
    assert (kip.amount, kip.extension, kip.unit) == (10, 7, "working_days")
    if name == "kediri":
        assert standards["ringan", "resolution"] == (3, "hours")
        assert standards["normatif", "resolution"] == (5, "working_days")
    assert {clock for (_, clock) in standards} == {alert.clock for alert in city.alerts}
    assert from_stored(to_json(city)) == checked(json.loads(to_json(city)), {}) == city
    assert difference(city, city) == []


@pytest.mark.parametrize(
    ("start", "days", "due", "due_without_cuti_bersama"),
    [
        ("2026-03-17", 3, "2026-03-27", "2026-03-23"),
        ("2026-03-16", 5, "2026-03-30", "2026-03-24"),
        ("2026-05-13", 3, "2026-05-20", "2026-05-19"),
        ("2025-08-14", 3, "2025-08-20", "2025-08-19"),
        ("2026-12-22", 5, "2026-12-31", "2026-12-30"),
        ("2026-12-22", 60, "2027-04-02", "2027-03-24"),
    ],
)
@pytest.mark.parametrize("name", ["kediri", "madiun"])
def test_the_holidays_give_the_known_due_dates(
    name: str, start: str, days: int, due: str, due_without_cuti_bersama: str
) -> None:
    city = parse((CITIES / f"{name}.toml").read_text(encoding="utf-8"))
    for kinds, expected in ((("public", "cuti_bersama"), due), (("public",), due_without_cuti_bersama)):
        off = {holiday.date for holiday in city.holidays if holiday.kind in kinds}
        day, left = date.fromisoformat(start), days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in off
        assert day == date.fromisoformat(expected)


def test_the_holidays_of_a_year_are_complete() -> None:
    city = parse((CITIES / "kediri.toml").read_text(encoding="utf-8"))
    counts = {
        (year, kind): sum(one.date.year == year and one.kind == kind for one in city.holidays)
        for year in (2025, 2026, 2027)
        for kind in ("public", "cuti_bersama")
    }
    assert counts == {
        (2025, "public"): 17,
        (2025, "cuti_bersama"): 11,
        (2026, "public"): 17,
        (2026, "cuti_bersama"): 8,
        (2027, "public"): 18,
        (2027, "cuti_bersama"): 8,
    }
    assert all(one.verify for one in city.holidays if one.date.year == 2027 and one.kind == "public")


LEVELS = 'levels = ["ringan"]'


def periods(dates: str, hours: str = "08:00-15:00", *more: str) -> str:
    """Working hours of Ramadan, in a line of their own."""
    tables = [
        f'{{ name = "Ramadan", first = {first}, last = {last}, hours = {{ monday = ["{hours}"] }}, source = "SE" }}'
        for first, last in (each.split("/") for each in (dates, *more))
    ]
    return f"{LEVELS}\nhours_periods = [{', '.join(tables)}]"


def test_openings_and_weeks_with_hours_of_their_own() -> None:
    text = SMALL.replace(LEVELS, periods("2026-02-18/2026-03-18", "08:00-15:00", "2026-03-19/2026-03-19"))
    city = parse(text.replace('kind = "cuti_bersama",', 'kind = "opening", hours = ["08:00-11:00"],'))
    assert [(one.name, one.first, one.hours.spans(0)) for one in city.hours_periods] == [
        ("Ramadan", date(2026, 2, 18), ((480, 900),)),
        ("Ramadan", date(2026, 3, 19), ((480, 900),)),
    ]
    assert city.holidays[1].hours == ("08:00-11:00",)


# --- what is refused


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'email = "dlhkp@uji.example"',
            'email = "dlhkp"',
            r"departments\.dlhkp\.email: 'dlhkp' tidak sesuai pola",
        ),
        (
            'email = "dlhkp@uji.example"',
            "email = 7",
            r"departments\.dlhkp\.email: harus teks, bukan bilangan bulat",
        ),
        ('email = "dlhkp@uji.example"', 'emial = "x"', r"departments\.dlhkp\.emial: kunci tidak dikenal"),
        ('id = "dishub"', 'id = "Dishub"', r"departments\.Dishub\.id: 'Dishub' tidak sesuai pola"),
        ('id = "dishub"', 'id = "dlhkp"', r"departments\.dlhkp\.id: dlhkp sudah dipakai"),
        ('short = "Dishub"', 'short = ""', r"departments\.dishub\.short: tidak boleh kosong"),
        (
            'short = "Dishub"',
            f'short = "{"x" * 201}"',
            r"departments\.dishub\.short: panjang teks harus <= 200",
        ),
        (
            'zone = "Asia/Jakarta"',
            'zone = "Asia/Singapore"',
            r"zone: 'Asia/Singapore' tidak dikenal; .* Asia/Makassar",
        ),
        ('zone = "Asia/Jakarta"', 'zone = "WIB"', "zone: 'WIB' tidak dikenal"),
        ('code = "TST"', 'code = "T1"', "code: 'T1' tidak sesuai pola"),
        (
            'department = "dlhkp"',
            'department = "dlh"',
            r"categories\.pohon\.department: departemen dlh tidak ada",
        ),
        (
            'keywords = ["pohon", "ranting"]',
            'class = "gawat"',
            r"categories\.pohon\.class: kelas gawat tidak ada",
        ),
        (
            'keywords = ["pohon", "ranting"]',
            'keywords = ["pohon", 3]',
            r"categories\.pohon\.keywords\.2: harus teks",
        ),
        (
            'keywords = ["pohon", "ranting"]',
            'keywords = "pohon"',
            r"categories\.pohon\.keywords: harus daftar, bukan teks",
        ),
        (
            'kelurahan = ["Tiga"]',
            'kelurahan = ["dua"]',
            r"kecamatan\.35\.99\.02\.kelurahan\.1: kelurahan dua sudah ada",
        ),
        ('code = "35.99.02"', 'code = "35.99.01"', r"kecamatan\.35\.99\.01\.code: 35\.99\.01 sudah dipakai"),
        ('forward = "by_hand"', 'forward = "later"', "lapor.forward: 'later' tidak dikenal; .* by_hand"),
        ("channel = 4", 'channel = "4"', r"lapor\.codes\.channel: harus bilangan bulat, bukan teks"),
        (
            "channel = 4",
            "channel = 4\ndisposition = { dlh = 1 }",
            r"lapor\.codes\.disposition\.dlh: departemen dlh tidak",
        ),
        (
            "channel = 4",
            "channel = 4\ncategory = { air = 1 }",
            r"lapor\.codes\.category\.air: kategori air tidak ada",
        ),
        (
            "channel = 4",
            "channel = 4\nclassification = { gawat = 1 }",
            r"classification\.gawat: kelas gawat tidak ada",
        ),
        ("channel = 4", "channel = 4\ncategory = { pohon = true }", r"category\.pohon: harus bilangan bulat"),
        ('levels = ["ringan"]', 'levels = ["complaint"]', r"levels\.1: kelas complaint sudah ada"),
        ('levels = ["ringan"]', 'levels = ["ringan", "ringan"]', r"levels\.2: kelas ringan sudah ada"),
        (
            'levels = ["ringan"]',
            "population = { Empat = 9 }",
            r"population\.Empat: kelurahan Empat tidak ada",
        ),
        ('levels = ["ringan"]', "population = { Satu = -9 }", r"population\.Satu: harus >= 0"),
        ('levels = ["ringan"]', "conversation_days = 0", "conversation_days: harus >= 1"),
        ("2026-12-24", "2026-01-01", None),
        ('kind = "cuti_bersama"', 'kind = "cuti"', r"holidays\.2026-12-24/cuti\.kind: 'cuti' tidak dikenal"),
        ("2026-12-24", '"besok"', r"holidays\.besok/cuti_bersama\.date: bukan tanggal"),
        ("2026-12-24", "7", r"holidays\.7/cuti_bersama\.date: harus tanggal, bukan bilangan bulat"),
        ('"13:00-16:00"', '"13:00-25:00"', r"hours\.monday\.2: '13:00-25:00' tidak sesuai pola"),
        ('"13:00-16:00"', '"16:00-13:00"', r"hours\.monday\.2: jam selesai harus sesudah jam mulai"),
        ('"13:00-16:00"', '"11:00-16:00"', r"hours\.monday\.2: tumpang tindih dengan jam sebelumnya"),
        ('monday = ["07:30-12:00", "13:00-16:00"]', "", r"hours: tidak ada jam kerja sama sekali"),
        (LEVELS, periods("2026-02-18/2026-02-01"), r"hours_periods\.Ramadan/2026-02-18\.last: lebih awal"),
        (LEVELS, periods("2026-02-18/2026-03-18", "15:00-08:00"), r"hours\.monday\.1: jam selesai"),
        (
            LEVELS,
            periods("2026-02-18/2026-03-18", "08:00-15:00", "2026-03-18/2026-03-19"),
            r"hours_periods\.Ramadan/2026-03-18: tumpang tindih dengan Ramadan",
        ),
        (
            'kind = "cuti_bersama",',
            'kind = "cuti_bersama", hours = ["08:00-11:00"],',
            r"cuti_bersama\.hours: hanya opening yang punya jam",
        ),
        ('kind = "cuti_bersama",', 'kind = "opening", hours = ["08:00-07:00"],', r"opening\.hours\.1: jam selesai"),
        (
            'short = "Dishub"',
            'short = "D"\nhours = { friday = ["09:00-08:00"] }',
            r"dishub\.hours\.friday\.1: jam selesai",
        ),
        (
            'short = "Dishub"',
            'short = "D"\nhours = { saturday = [] }',
            r"departments\.dishub\.hours: tidak ada jam kerja sama sekali",
        ),
        (
            "valid_from = 2019-01-01",
            "valid_from = 2019-01-01\nvalid_to = 2018-01-01",
            r"valid_to: lebih awal",
        ),
        (
            'class = "complaint"',
            'class = "gawat"',
            r"standards\.gawat/resolution/2019-01-01\.class: kelas gawat tidak ada",
        ),
        (
            'clock = "resolution"',
            'clock = "lunch"',
            r"standards\.complaint/lunch/2019-01-01\.clock: 'lunch' tidak dikenal",
        ),
        ("amount = 14", "amount = 0", r"amount: harus >= 1"),
        ("amount = 14", f"amount = {10**30}", r"amount: harus <= 100000"),
        ("amount = 14", "", r"standards\.complaint/resolution/2019-01-01\.amount: wajib diisi"),
        ("amount = 14", "amount = 1.5", r"amount: harus bilangan bulat, bukan bilangan pecahan"),
        ('name = "Kota Uji"', "", "name: wajib diisi"),
    ],
)
def test_each_error_names_its_line_and_place(old: str, new: str, message: str | None) -> None:
    text = with_((old, new))
    if message is None:  # the same day twice, of two kinds: a public holiday that is also cuti bersama
        parse(text)
        return
    (error,) = errors(text)
    line, _, rest = error.partition(": ")
    assert re.search(message, rest), error
    changed_line = SMALL[: SMALL.index(old)].count("\n") + 1 + new.count("\n")
    if "wajib" not in rest and new:  # what is missing is reported on the line of its table
        assert line == f"baris {changed_line}"
    assert re.fullmatch(r"baris [0-9]+", line)


def test_all_errors_are_told_at_once_in_the_order_of_the_file() -> None:
    text = with_(
        ('zone = "Asia/Jakarta"', 'zone = "UTC"'),
        ('email = "dlhkp@uji.example"', 'email = "x"'),
        ('department = "dlhkp"', 'department = "nobody"'),
        ('kelurahan = ["Tiga"]', 'kelurahan = ["Tiga", "Satu", "Satu"]'),
        ("amount = 14", 'amount = "14"'),
    )
    found = errors(text)
    assert [error.split(": ")[1] for error in found] == [
        "zone",
        "departments.dlhkp.email",
        "categories.pohon.department",
        "kecamatan.35.99.02.kelurahan.2",
        "kecamatan.35.99.02.kelurahan.3",
        "standards.complaint/resolution/2019-01-01.amount",
    ]
    lines = [int(error.split(": ")[0].removeprefix("baris ")) for error in found]
    assert lines == sorted(lines)
    assert lines[1] == line_of(text, 'email = "x"')
    assert "Utara" in found[3] and "Selatan" in found[4]


def test_standards_may_follow_each_other_but_not_overlap() -> None:
    old = SMALL + "valid_to = 2026-12-31\n"
    new = SMALL[SMALL.index("[[standards]]") :].replace("2019-01-01", "2027-01-01").replace("14", "7")
    assert [one.amount for one in parse(old + "\n" + new).standards] == [14, 7]
    assert parse(new_first := SMALL.replace("[[standards]]", new + "\n[[standards]]") + "valid_to = 2026-12-31\n")
    (error,) = errors(old + "\n" + new.replace("2027-01-01", "2026-12-31"))
    assert "complaint/resolution tumpang tindih" in error
    assert "2019-01-01" in error
    assert len(errors(new_first.replace("valid_to = 2026-12-31", "valid_to = 2027-01-01"))) == 1  # the last day counts
    assert len(errors(new_first.replace("valid_to = 2026-12-31", ""))) == 1
    assert len(parse(old + "\n" + new.replace('"complaint"', '"*"').replace("2027", "2020")).standards) == 2


def test_alerts_have_roles_and_each_step_once() -> None:
    step = '\n[[alerts]]\nclock = "follow_up"\npercent = 50\nto = ["officer"]\n'
    assert parse(SMALL + step).alerts[0].by == ("email",)
    (error,) = errors(SMALL + step + step)
    assert "alerts.follow_up/50.percent: follow_up 50% sudah dipakai" in error
    (error,) = errors(SMALL + step.replace('["officer"]', "[]"))
    assert "alerts.follow_up/50.to: perlu sedikitnya 1 butir" in error
    (error,) = errors(SMALL + step.replace("officer", "auditor"))
    assert "alerts.follow_up/50.to.1: 'auditor' tidak dikenal" in error
    assert len(errors(SMALL + step.replace("follow_up", "x") * 2)) == 2


ALERTING = """
[alerting]
emergency_categories = ["kategori"]
quiet_hours = ["00:00-06:00"]

[[contacts]]
role = "admin"
name = "Admin"
email = "admin@x.example"
"""


def test_alerts_need_somebody_to_tell_and_a_time_to_do_so() -> None:
    known = parse(SMALL).categories[0].id
    good = SMALL + ALERTING.replace("kategori", known)
    city = parse(good)
    assert (city.alerting.most_per_message, city.alerting.link_hours, city.contacts[0].role) == (20, 72, "admin")
    assert not parse(SMALL).alerting.quiet_hours
    assert not parse(SMALL).contacts
    (error,) = errors(SMALL + ALERTING)
    assert "kategori kategori tidak ada" in error
    (error,) = errors(good.replace('email = "admin@x.example"', ""))
    assert "contacts.admin/Admin: perlu email atau whatsapp" in error
    (error,) = errors(good.replace('role = "admin"', 'role = "sekda"'))
    assert "perlu satu kontak admin" in error
    (error,) = errors(good.replace('"00:00-06:00"', '"00:00-12:00", "12:00-24:00"'))
    assert "menutup seluruh jam kerja (hours)" in error
    assert len(errors(good.replace('"00:00-06:00"', '"06:00-00:00"'))) == 1
    assert len(errors(good.replace('"00:00-06:00"', '"05:00-06:00", "01:00-02:00"'))) == 1


def test_a_city_that_files_by_itself_needs_the_code_of_every_class() -> None:
    found = errors(SMALL.replace('"by_hand"', '"on_receipt"'))
    assert [error.split("kelas ")[1] for error in found] == [
        f"{name} belum punya kode LAPOR!" for name in (*CLASSES, "ringan")
    ]


def test_a_refused_value_does_not_cause_second_errors() -> None:
    assert len(errors(SMALL.replace('department = "dlhkp"', "department = 7"))) == 1
    assert len(errors(SMALL.replace('levels = ["ringan"]', "levels = 7"))) == 1
    assert len(errors(SMALL.replace('levels = ["ringan"]', 'levels = ["A", "B"]'))) == 2
    assert len(errors(SMALL.replace("2026-01-01", '"x"').replace("2026-12-24", '"x"'))) == 2
    assert len(errors(SMALL.replace('kind = "public"', "kind = 1").replace('kind = "cuti_bersama"', "kind = 1"))) == 2
    assert len(errors(SMALL.replace('["Satu", "Dua"]', "[1, 2]"))) == 2
    assert len(errors(SMALL.replace('["07:30-12:00", "13:00-16:00"]', "[1, 2]"))) == 2
    (error,) = errors(SMALL.replace("[hours]\nmonday = ", "[whatever]\nmonday = ") + "\n").__class__(
        one for one in errors(SMALL.replace("[hours]", "[whatever]")) if "whatever" not in one
    )
    assert error == "baris 1: hours: wajib diisi"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "baris 1: code: wajib diisi"),
        ("departments = 7", "baris 1: departments: harus daftar, bukan bilangan bulat"),
        ("departments = [7]", "baris 1: departments.1: harus tabel, bukan bilangan bulat"),
        ("departments = []", "baris 1: departments: perlu sedikitnya 1 butir"),
        ("lapor = 7", "baris 1: lapor: harus tabel, bukan bilangan bulat"),
        ("population = []", "baris 1: population: harus tabel, bukan daftar"),
        ("\n[lapor]\ncodes = 7", "baris 3: lapor.codes: harus tabel, bukan bilangan bulat"),
        ("[whatsapp]\nnumber = '0811'", "baris 2: whatsapp.number: '0811' tidak sesuai pola"),
    ],
)
def test_a_file_that_is_something_else(text: str, message: str) -> None:
    assert any(error.startswith(message) for error in errors(text))


@pytest.mark.parametrize(
    ("text", "line"),
    [("a = 1\nb = \n", 2), ('a = "', 1), ("a = 1\na = 2", 2), ("a = [\n1,\n", 3), ("a = 1\n[a]\n", 2)],
)
def test_broken_toml_names_its_line(text: str, line: int) -> None:
    (error,) = errors(text)
    assert error.startswith(f"baris {line}: bukan TOML yang sah: ")
    assert "(at" not in error


def test_a_mark_at_the_begin_of_a_file_is_no_fault() -> None:
    text = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text("utf-8")
    assert parse(f"\ufeff{text}") == parse(text)
    (error,) = errors("\ufeffa = 1\nb = \n")
    assert error.startswith("baris 2: ")


def test_the_exception_reads_as_its_sentences() -> None:
    with pytest.raises(InvalidCity, match=r"^baris 1: code: wajib diisi\n"):
        parse("")


def test_a_fault_names_its_key_and_the_line_it_stands_on() -> None:
    text = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text("utf-8")
    head, _, rest = text.partition("amount = ")
    head_2, _, rest_2 = rest.partition('unit = "')
    wrong = f'{head}amount = 0 # {head_2}unit = "tahun{rest_2}'
    with pytest.raises(InvalidCity) as raised:
        parse(wrong)
    found = {fault.path: (fault.line, fault.message) for fault in raised.value.faults}
    line = head.count("\n") + 1
    item = "standards.*/verification/2019-01-01"
    assert found[f"{item}.amount"] == (line, "harus >= 1")
    assert found[f"{item}.unit"][0] == line + head_2.count("\n")
    assert raised.value.errors[0] == f"baris {line}: {item}.amount: harus >= 1"
    with pytest.raises(InvalidCity) as raised:
        parse("a = ")
    assert [(fault.line, fault.path) for fault in raised.value.faults] == [(1, None)]
