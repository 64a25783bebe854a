"""The reasons of a due date, as data and in the words a citizen reads."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from chalicelib.complaints.city import City, Holiday, Standard
from chalicelib.complaints.clock_runs import MET_BY, STARTS
from chalicelib.complaints.clocks import Clock, clocks
from chalicelib.complaints.explain import (
    CLOCK_NAMES,
    EVENT_NAMES,
    MOST_LINES,
    Explanation,
    explain,
    spoken_hours,
    spoken_moment,
    text,
    view,
)
from chalicelib.complaints.lifecycle import CLOCKS
from tests.unit.clock_lives import KEDIRI, city, wib


def event(at: str, type_: str, **data: Any) -> dict[str, Any]:
    return {"at": wib(f"2026-{at}"), "actor": "operator1", "type": type_, "data": data}


def received(at: str, class_: str = "complaint") -> dict[str, Any]:
    return event(at, "received", **{"class": class_})


def standard(name: str = "resolution", **given: Any) -> Standard:
    known: dict[str, Any] = {
        "class_": "complaint",
        "amount": 3,
        "unit": "working_days",
        "start_event": "received",
        "legal_basis": "Perwali 1/2026",
        "valid_from": date(2019, 1, 1),
    }
    return Standard(clock=name, **{**known, **given})  # type: ignore[arg-type]  # the tests name real clocks


def clock_of(events: list[dict[str, Any]], now: str, where: City, name: str = "resolution") -> Clock:
    return [clock for clock in clocks(events, where, wib(f"2026-{now}")) if clock.name == name][-1]


def counted(explanation: Explanation) -> list[tuple[str, Any, str]]:
    return [(f"{day.date:%m-%d}", day.counted, day.rule) for day in explanation.days]


def test_three_working_days_across_lebaran() -> None:
    found = explain(clock_of([received("03-17T10:00")], "03-17T11:00", city(standard())))
    assert counted(found) == [
        ("03-17", 0, "start_day"),
        ("03-18", 0, "cuti_bersama"),
        ("03-19", 0, "public"),
        ("03-20", 0, "cuti_bersama"),
        ("03-21", 0, "public"),
        ("03-22", 0, "public"),
        ("03-23", 0, "cuti_bersama"),
        ("03-24", 0, "cuti_bersama"),
        ("03-25", "day", "workday"),
        ("03-26", "day", "workday"),
        ("03-27", "day", "workday"),
    ]
    assert (found.counted, found.left) == (3, 0)
    lines = text(found).splitlines()
    assert lines == [
        "Tenggat penyelesaian: Jumat, 27 Maret 2026 pukul 16.30 WIB.",
        "Waktu yang tersedia 3 hari kerja, mulai sejak aduan diterima pada Selasa, 17 Maret 2026 pukul 10.00 WIB.",
        "Dihitung 3 hari; dilewati 8 hari:",
        "- Selasa, 17 Maret 2026: hari mulai, tidak ikut dihitung",
        "- Rabu, 18 Maret 2026: cuti bersama: Cuti Bersama Hari Suci Nyepi",
        "- Kamis, 19 Maret 2026: hari libur nasional: Hari Suci Nyepi",
        "- Jumat, 20 Maret 2026: cuti bersama: Cuti Bersama Hari Raya Idul Fitri",
        "- Sabtu, 21 Maret 2026: hari libur nasional: Hari Raya Idul Fitri",
        "- Minggu, 22 Maret 2026: hari libur nasional: Hari kedua dari Hari Raya Idul Fitri",
        "- Senin, 23 Maret 2026 s.d. Selasa, 24 Maret 2026: cuti bersama: Cuti Bersama Hari Raya Idul Fitri",
        "Dasar: Perwali 1/2026.",
        f"Kalender kerja versi {found.calendar_version}.",
    ]


def test_hours_over_a_lunch_a_night_and_a_weekend() -> None:
    where = city(standard(amount=8, unit="hours"))
    found = explain(clock_of([received("03-06T15:00")], "03-06T15:00", where))
    assert counted(found) == [
        ("03-06", timedelta(hours=1.5), "workday"),
        ("03-07", 0, "day_off"),
        ("03-08", 0, "day_off"),
        ("03-09", timedelta(hours=6.5), "workday"),
    ]
    assert (found.counted, found.left) == (timedelta(hours=8), timedelta(0))
    data = view(found)
    assert [day["counted"] for day in data["days"]] == [1.5, 0, 0, 6.5]
    assert "Dihitung 8 jam; dilewati 2 hari:\n- 2 hari: bukan hari kerja (akhir pekan atau hari tutup)" in data["text"]


def test_hours_of_a_day_that_begins_too_late_and_of_an_opening() -> None:
    opening = Holiday(date=date(2026, 3, 7), name="Buka Sabtu", kind="opening", source="SE", hours=("08:00-09:00",))
    where = city(standard(amount=2, unit="hours"), holidays=(*KEDIRI.holidays, opening))
    found = explain(clock_of([received("03-06T17:00")], "03-06T17:00", where))
    assert counted(found) == [
        ("03-06", 0, "outside"),
        ("03-07", timedelta(hours=1), "opening"),
        ("03-08", 0, "day_off"),
        ("03-09", timedelta(hours=1), "workday"),
    ]
    assert [day.reason for day in found.days[:2]] == [
        "di luar waktu yang dihitung",
        "hari libur yang dijadikan hari kerja",
    ]
    where = city(standard(amount=1), holidays=(*KEDIRI.holidays, opening))
    found = explain(clock_of([received("03-06T10:00")], "03-06T17:00", where))
    assert found.days[-1].reason == "hari libur yang dijadikan hari kerja: Buka Sabtu"


def test_a_unit_that_works_through_a_holiday_says_so() -> None:
    life = [received("03-18T10:00", "ringan"), event("03-18T22:00", "assign", department="damkar")]
    found = explain(clock_of(life, "03-18T23:00", KEDIRI))
    # On a holiday of the city, from the moment it went to a unit that never sleeps.
    assert counted(found) == [("03-18", timedelta(hours=2), "workday"), ("03-19", timedelta(hours=1), "on_duty")]
    assert "+" in found.calendar_version


def test_calendar_days_and_where_they_stand_still() -> None:
    where = city(standard(amount=3, unit="calendar_days", pause=True))
    life = [
        received("03-06T10:00"),
        event("03-06T11:00", "verify"),
        event("03-07T10:00", "wait", text="x"),
        event("03-08T10:00", "resume"),
    ]
    found = explain(clock_of(life, "03-08T11:00", where))
    assert counted(found) == [
        ("03-06", 0, "start_day"),
        ("03-07", 0, "waiting"),
        ("03-08", "day", "calendar_day"),
        ("03-09", "day", "calendar_day"),
        ("03-10", "day", "calendar_day"),
    ]
    words = text(found)
    assert words.startswith(
        "Tenggat penyelesaian: Selasa, 10 Maret 2026 pukul 24.00 WIB.\nWaktu yang tersedia 3 hari kal"
    )
    assert (
        "Dari Sabtu, 7 Maret 2026 pukul 10.00 WIB sampai Minggu, 8 Maret 2026 pukul 10.00 WIB: "
        "menunggu balasan pelapor (tenggat berhenti)."
    ) in words
    paused = explain(clock_of(life[:3], "03-07T23:00", where))
    assert counted(paused) == [("03-06", 0, "start_day"), ("03-07", 0, "not_over")]
    assert (paused.counted, paused.left) == (0, 3)


def test_a_clock_that_stands_still_says_what_is_left() -> None:
    life = [received("03-02T10:00"), event("03-02T11:00", "verify"), event("03-04T15:00", "wait", text="x")]
    days = explain(clock_of(life, "03-06T10:00", city(standard(pause=True))))
    assert counted(days) == [
        ("03-02", 0, "start_day"),
        ("03-03", "day", "workday"),
        ("03-04", 0, "waiting"),
        ("03-05", 0, "waiting"),
        ("03-06", 0, "not_over"),
    ]
    assert text(days).splitlines()[0] == (
        "Tenggat penyelesaian sedang berhenti menunggu balasan pelapor; tersisa 2 hari kerja."
    )
    assert "- Rabu, 4 Maret 2026 s.d. Kamis, 5 Maret 2026: menunggu balasan pelapor" in text(days)
    assert "sampai sekarang: menunggu balasan pelapor (tenggat berhenti)." in text(days)
    hours = explain(clock_of(life, "03-06T10:00", city(standard(pause=True, amount=20, unit="hours"))))
    assert [day.counted for day in hours.days] == [timedelta(hours=5), timedelta(hours=7.5), timedelta(hours=6.5), 0, 0]
    assert [day.rule for day in hours.days][3:] == ["waiting", "outside"]
    assert text(hours).splitlines()[0].endswith("tersisa 1 jam.")
    data = view(hours)
    assert (data["due_at"], data["due_on"], data["state"]) == (None, None, "paused")
    assert data["pauses"] == [{"from": "2026-03-04T08:00:00.000Z", "to": None, "reason": "waiting", "stops": True}]


def test_days_skipped_for_one_reason_with_counted_ones_between_are_told_apart() -> None:
    where = city(standard(amount=5, pause=True))
    life = [
        received("03-02T10:00"),
        event("03-02T11:00", "verify"),
        event("03-03T15:00", "wait", text="x"),
        event("03-04T09:00", "resume"),
        event("03-05T15:00", "wait", text="x"),
        event("03-06T09:00", "resume"),
    ]
    words = text(explain(clock_of(life, "03-06T10:00", where)))
    assert (
        "- Selasa, 3 Maret 2026: menunggu balasan pelapor\n- Kamis, 5 Maret 2026: menunggu balasan pelapor\n" in words
    )


@pytest.mark.parametrize(
    ("events", "now", "sentence"),
    [
        (
            [event("03-04T10:00", "verify")],
            "03-04T11:00",
            "Selesai dalam tenggat: aduan diverifikasi pada Rabu, 4 Maret 2026 pukul 10.00 WIB.",
        ),
        (
            [event("03-06T10:00", "verify")],
            "03-06T11:00",
            "Selesai melewati tenggat: aduan diverifikasi pada Jumat, 6 Maret 2026 pukul 10.00 WIB.",
        ),
        ([], "03-06T11:00", "Tenggat ini sudah lewat."),
    ],
)
def test_how_it_ended(events: list[dict[str, Any]], now: str, sentence: str) -> None:
    found = clock_of([received("03-02T10:00"), *events], now, KEDIRI, "verification")
    assert text(explain(found)).splitlines()[1] == sentence


def test_what_was_called_off_says_why() -> None:
    life = [received("03-02T10:00"), event("03-04T10:00", "reject", reason="spam")]
    words = text(explain(clock_of(life, "03-04T11:00", KEDIRI)))
    assert "\nDihentikan: aduan ditolak pada Rabu, 4 Maret 2026 pukul 10.00 WIB.\n" in words
    late = [received("03-02T10:00"), event("03-30T10:00", "merge", duplicate_of="KDR-1")]
    words = text(explain(clock_of(late, "03-30T11:00", KEDIRI)))
    assert "\nDihentikan setelah tenggat lewat: aduan digabungkan dengan aduan lain pada Senin, 30 Maret 2026" in words
    data = view(explain(clock_of(late, "03-30T11:00", KEDIRI)))
    assert (data["cancelled_at"], data["cancelled_by"]) == ("2026-03-30T03:00:00.000Z", "merge")


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("03-05T09:00", "Perpanjangan pada Kamis, 5 Maret 2026 pukul 09.00 WIB: ditambah 7 hari kerja."),
        ("03-30T09:00", "Perpanjangan pada Senin, 30 Maret 2026 pukul 09.00 WIB: tidak menambah waktu."),
    ],
)
def test_an_extension_is_told(at: str, sentence: str) -> None:
    life = [received("03-02T10:00", "public_information"), event(at, "extend", clock="resolution", note="x")]
    found = explain(clock_of(life, "03-30T10:00", KEDIRI))
    assert sentence in text(found)
    assert found.counted == found.clock.amount == (17 if at < "03-10" else 10)


def test_a_missing_year_is_said_first() -> None:
    opened = {**received("12-29T10:00", "oversight"), "at": wib("2027-12-01T10:00")}
    (found,) = [one for one in clocks([opened], KEDIRI, wib("2028-01-03T10:00")) if one.name == "resolution"]
    explanation = explain(found)
    assert text(explanation).startswith(
        "Tenggat penyelesaian belum dapat dihitung: daftar hari libur tahun 2028 belum ada.\n"
    )
    assert explanation.days[-1].date == date(2027, 12, 31)
    assert view(explanation)["calendar_missing"] == 2028


def test_a_due_date_that_was_written_down_says_so() -> None:
    due = {"verification": wib("2026-03-05T16:00").isoformat()}
    life = [received("03-02T10:00"), event("03-04T10:00", "verify", due=due)]
    added = Holiday(date=date(2026, 3, 4), name="Libur dadakan", kind="public", source="Keppres")
    found = explain(
        clock_of(life, "03-04T11:00", city(holidays=(*KEDIRI.holidays, added)), "verification"),
    )
    assert "Tenggat ini tetap seperti yang dicatat saat masih berjalan." in text(found)
    assert "Kalender berubah sesudah itu" in text(found)
    assert view(found)["due_kept"] is True
    same = explain(clock_of(life, "03-04T11:00", KEDIRI, "verification"))
    assert view(same)["due_kept"] is True and "Kalender berubah" not in text(same)


def test_the_legal_basis_says_when_it_is_not_confirmed() -> None:
    words = text(explain(clock_of([received("03-02T10:00")], "03-02T11:00", KEDIRI, "verification")))
    assert "Dasar: Ketentuan layanan SP4N-LAPOR! (angka ini masih perlu dipastikan oleh kota)." in words


def test_a_long_explanation_is_capped_and_its_totals_are_complete() -> None:
    life = [received("02-02T10:00"), event("02-02T11:00", "verify")]
    for day in ("02-04", "02-06", "02-10", "02-12", "02-18", "02-20", "02-24", "02-26", "03-04", "03-06", "03-10"):
        life += [event(f"{day}T15:00", "wait", text="x"), event(f"{day}T23:00", "resume")]
    found = explain(clock_of(life, "03-11T10:00", city(standard(amount=60, pause=True))))
    lines = text(found).splitlines()
    told = [line for line in lines if line.startswith("- ")]
    assert len(told) == MOST_LINES
    skipped = sum(day.counted == 0 for day in found.days)
    assert f"Dihitung 60 hari; dilewati {skipped} hari:" in lines
    assert told[-1].endswith("(akhir pekan atau hari tutup)")
    assert told[-2] == "- dan 17 baris lain"
    assert (found.counted, len(found.days)) == (60, 60 + skipped)


def test_nothing_skipped_needs_no_list() -> None:
    found = explain(clock_of([received("03-02T10:00", "ringan")], "03-02T10:00", KEDIRI))
    assert "\nDihitung 3 jam.\nDasar:" in text(found)


def test_the_view_carries_everything() -> None:
    life = [received("03-02T10:00"), event("03-04T10:00", "verify")]
    data = view(explain(clock_of(life, "03-04T11:00", KEDIRI, "verification")))
    assert {name: data[name] for name in data if name not in ("days", "text", "calendar_version")} == {
        "name": "verification",
        "round": 1,
        "state": "met",
        "class": "complaint",
        "department": None,
        "amount": 3,
        "unit": "working_days",
        "start": {"at": "2026-03-02T03:00:00.000Z", "event": "received"},
        "due_at": "2026-03-05T09:00:00.000Z",
        "due_on": "2026-03-05",
        "met_at": "2026-03-04T03:00:00.000Z",
        "cancelled_at": None,
        "cancelled_by": None,
        "pauses": [],
        "extension": None,
        "legal_basis": "Ketentuan layanan SP4N-LAPOR!",
        "unconfirmed": True,
        "calendar_missing": None,
        "due_kept": False,
    }
    workday = {"counted": "day", "reason": "hari kerja", "rule": "workday", "spans": []}
    assert data["days"][1] == {"date": "2026-03-03", **workday}
    assert msgspec.json.decode(msgspec.json.encode(data)) == data
    extended = [received("03-02T10:00", "public_information"), event("03-05T09:00", "extend", clock="resolution")]
    assert view(explain(clock_of(extended, "03-05T10:00", KEDIRI)))["extension"] == {
        "at": "2026-03-05T02:00:00.000Z",
        "amount": 7,
    }


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (timedelta(hours=3), "3 jam"),
        (timedelta(hours=2, minutes=30), "2 jam 30 menit"),
        (timedelta(minutes=5, seconds=20), "5 menit"),
        (timedelta(seconds=20), "20 detik"),
        (timedelta(0), "0 menit"),
    ],
)
def test_hours_in_words(time: timedelta, words: str) -> None:
    assert spoken_hours(time) == words


@pytest.mark.parametrize(
    ("zone", "label"), [("Asia/Jakarta", "15.04 WIB"), ("Asia/Makassar", "16.04 WITA"), ("Asia/Jayapura", "17.04 WIT")]
)
def test_the_moment_is_the_citys(zone: str, label: str) -> None:
    where = msgspec.structs.replace(KEDIRI, zone=zone)
    found = clock_of([received("03-02T10:00")], "03-02T11:00", where, "verification")
    assert spoken_moment(wib("2026-03-02T15:04"), found.calendar) == f"Senin, 2 Maret 2026 pukul {label}"


def test_there_are_words_for_everything() -> None:
    assert set(CLOCK_NAMES) == set(CLOCKS)
    assert {*STARTS, *(type_ for types in MET_BY.values() for type_ in types), "transfer", "message", "set"} <= {
        *EVENT_NAMES
    }


def test_of_hours_it_says_from_when_to_when_around_lunch_and_prayers() -> None:
    where = city(standard("resolution", amount=12, unit="hours"))
    found = explain(clock_of([received("03-05T10:00")], "03-05T11:00", where))
    spans = {day.date.isoformat(): day.spans for day in found.days if day.counted}
    assert spans["2026-03-05"] == ("10.00–12.00", "13.00–16.00")
    friday = spans["2026-03-06"]
    assert friday[0] == "07.30–11.30" and friday[1].startswith("13.00–")
    assert view(found)["days"][0]["spans"] == ["10.00–12.00", "13.00–16.00"]
