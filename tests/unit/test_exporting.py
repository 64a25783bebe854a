"""A file for people: words where the service has codes, in CSV and XLSX alike."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest

from chalicelib.complaints.city import CLASSES
from chalicelib.desk import entry, exporting
from chalicelib.desk.people import Staff
from chalicelib.desk.searching import Question
from tests.unit.persons import BUCKET, empty_cloud, kept, s3

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
ADMIN = Staff("admin1", "admin", None)


@pytest.fixture(autouse=True)
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with empty_cloud(monkeypatch):
        kept()
        yield


def enter(**given: Any) -> str:
    usual: dict[str, Any] = {"class_": None, "category": "penerangan_jalan", "department": "dishub", "note": None}
    usual |= {"location": None, "received_at": None, "reporter": {}, "secret": False, "text": "Lampu mati"}
    return entry.enter(entry.Entry(**{**usual, "channel": "phone", **given}), ADMIN, once=None, now=NOW).ticket


def wanted(kind: str) -> exporting.Wanted:
    return exporting.Wanted(
        period=exporting.Period(first=date(2026, 11, 1), last=date(2026, 11, 30)),
        format=kind,
        question=Question(),
        username="admin1",
        role="admin",
        department=None,
    )


def rows() -> dict[str, dict[str, str]]:
    text = exporting.at_once(wanted("csv"), NOW).text
    assert text is not None
    return {row["Nomor tiket"]: row for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline=""))}


def test_class_channel_and_department_are_in_words() -> None:
    ticket = enter(class_="oversight", channel="counter")
    row = rows()[ticket]
    assert (row["Status"], row["Klasifikasi"], row["Kanal"]) == ("didisposisikan", "berkadar pengawasan", "Loket")
    assert (row["Kategori"], row["Perangkat daerah"]) == ("Penerangan jalan umum", "Dinas Perhubungan")
    exporting.at_once(wanted("xlsx"), NOW)
    (lying,) = s3().list_objects_v2(Bucket=BUCKET)["Contents"]
    book = openpyxl.load_workbook(io.BytesIO(s3().get_object(Bucket=BUCKET, Key=lying["Key"])["Body"].read()))
    assert [cell.value for cell in book["Aduan"][2]][:6] == list(row.values())[:6]


def test_no_class_or_channel_that_can_be_entered_is_left_a_code() -> None:
    channels = ("phone", "counter", "field", "web", "letter", "radio", "sms", "whatsapp", "other")
    tickets = {enter(channel=one): one for one in channels} | {enter(class_=one): one for one in CLASSES}
    found = rows()
    for ticket, code in tickets.items():
        assert found[ticket]["Kanal" if code in channels else "Klasifikasi"] not in channels[:-2] + CLASSES


def test_a_level_of_the_city_s_own_is_its_own_word() -> None:
    ticket = enter(class_="ringan")
    assert rows()[ticket]["Klasifikasi"] == "ringan"
