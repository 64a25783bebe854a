"""What stands in an alert: the verdict first, then of each case what an official must know, and nobody's identity."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from chalicelib.complaints import city as cities
from chalicelib.complaints.clocks import Clock, clocks
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, casework
from chalicelib.desk.alert_cases import Due
from chalicelib.pages import mail
from chalicelib.pages.mail import AlertMail, CaseLine
from chalicelib.store.cases import Dossier
from chalicelib.store.keys import iso
from chalicelib.store.tables import Case, Event
from infra.package import ROOT

CITY = cities.parse((ROOT / "infra/cities/kediri.toml").read_text())
HOURS = SendingHours(CITY)
# Monday, 2 November 2026, 08.00 in Kediri; five working days later is Monday the 9th.
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
LINK = "https://aduan.example/tindak/x"


def dossier(ticket: str = "KDR-7Q4M-2X9D", received: datetime = START, **more: Any) -> Dossier:
    at = iso(received)
    case = Case(pk=f"C#{ticket}", ticket=ticket, status="assigned", channel="phone", department="dpupr", version=1)
    said = {
        "class_": "complaint",
        "category": "jalan",
        "text": "Jalan rusak",
        "reporter": {},
        "received_at": at,
        **more,
    }
    for name, value in said.items():
        setattr(case, name, value)
    data = {"received": {"class": "complaint", "category": "jalan"}, "assign": {"department": "dpupr"}}
    events = [
        Event(pk=case.pk, sk=f"EVT#{at}#{n}", type=n, at=at, actor="o", data=data[n]) for n in ("received", "assign")
    ]
    return Dossier(case, events=events)


def due(now: datetime, found: Dossier | None = None, percent: int = 100, **more: Any) -> Due:
    return Due(found or dossier(), clock(now, found), percent, **more)


def clock(now: datetime, found: Dossier | None = None) -> Clock:
    timeline = casework.timeline(found or dossier())
    return next(one for one in clocks(timeline, CITY, now, HOURS) if one.name == "follow_up")


@pytest.mark.parametrize(
    ("day", "hour", "verdict", "lateness"),
    [
        (5, 2, "1 aduan mendekati tenggat", "Jatuh tempo Senin 9 November"),
        (8, 2, "1 aduan akan lewat besok", "Jatuh tempo besok pukul 16.00 WIB"),
        (9, 2, "1 aduan jatuh tempo hari ini", "Jatuh tempo hari ini pukul 16.00 WIB"),
        (9, 10, "1 aduan lewat tenggat", "Terlambat sejak hari ini"),
        (10, 2, "1 aduan lewat tenggat", "Terlambat 1 hari kerja"),
        (16, 2, "1 aduan lewat tenggat", "Terlambat 5 hari kerja"),
    ],
)
def test_how_late_in_words(day: int, hour: int, verdict: str, lateness: str) -> None:
    now = START.replace(day=day, hour=hour)
    assert alert_cases.verdict([due(now)], now) == verdict
    assert alert_cases.lateness(clock(now), now) == lateness


def test_the_verdict_counts_each_case_once_at_its_worst() -> None:
    now = START.replace(day=9, hour=10)
    late, other, soon = dossier("A"), dossier("B"), dossier("C", START + timedelta(days=1))
    dues = [due(now, late), due(now, late), due(now, other), due(now, soon)]
    assert alert_cases.verdict(dues, now) == "2 aduan lewat tenggat, 1 akan lewat besok"
    assert alert_cases.verdict([due(now, emergency=True)], now).startswith("DARURAT: 1 aduan")


def test_a_line_says_who_holds_it_what_was_done_and_what_comes_next() -> None:
    now = START.replace(day=10, hour=2)
    said = alert_cases.line(due(now), CITY, HOURS, now)
    assert said.due == "tindak lanjut, Senin 9 November pukul 16.00 WIB"
    assert said.age == "8 hari, diterima Senin 2 November"
    assert said.rule.startswith("5 hari kerja · ")
    assert said.holder == "Dinas Pekerjaan Umum dan Penataan Ruang"
    assert said.last == "didisposisikan Senin 2 November"
    assert re.fullmatch(
        r"Bila belum ditindaklanjuti, Sekda diberi tahu \w+ \d+ November pukul \d\d\.\d\d WIB", said.following or ""
    )
    now = START.replace(day=30)
    top = alert_cases.line(due(now, percent=200), CITY, HOURS, now)
    assert top.following == "Ini pemberitahuan terakhir: tidak ada jenjang di atasnya"


def test_the_gist_is_short_and_without_people() -> None:
    long = dossier(
        text="Lampu mati. " + "Gelap sekali di sini " * 20, reporter={"name": "Warga Satu", "handle": "@warga1"}
    )
    assert len(alert_cases.gist(long)) <= alert_cases.LONGEST_GIST
    assert alert_cases.gist(long).endswith("…")
    named = dossier(text="Saya Warga Satu (@warga1), 081234567890, NIK 3571010101010001", reporter=long.case.reporter)
    for word in ("Warga", "Satu", "warga1", "081234567890", "3571010101010001"):
        assert word not in alert_cases.gist(named), word
    assert alert_cases.gist(dossier(text=None)) == alert_cases.WORDLESS
    hidden = dossier(secret=True, location={"kelurahan": "Pakelan"})
    assert (alert_cases.gist(hidden), alert_cases.place(hidden)) == (alert_cases.HIDDEN, None)


def line(**more: Any) -> CaseLine:
    said: dict[str, Any] = {name: name for name in ("verdict", "gist", "place", "age", "due", "rule", "holder", "last")}
    return CaseLine(**{"ticket": "KDR-7Q4M-2X9D", "tone": "late", "following": None, **said, **more})


def rendered(*cases: CaseLine, more: int = 0) -> mail.Rendered:
    return mail.alert(
        AlertMail(city="Kota Kediri", recipient="Kepala", verdict="1 aduan lewat tenggat", cases=cases, more=more)
    )


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.found += [value or "" for name, value in attributes if name in ("href", "src", "background", "action")]


def test_html_and_text_say_the_same_and_lead_to_our_page_only() -> None:
    made = rendered(line(link=LINK, acts=("extend", "transfer"), following="besok"), more=4)
    parsed = Links()
    parsed.feed(made.html)
    assert set(parsed.found) == {LINK, f"{LINK}#perpanjangan", f"{LINK}#alih"}
    assert not {"img", "script", "link", "iframe", "form", "svg"} & set(parsed.tags)
    assert "url(" not in made.html
    for word in ("verdict", "gist", "place", "age", "due", "rule", "holder", "last", "besok", "dan 4 aduan lain", LINK):
        assert word.casefold() in made.text.casefold(), word
        assert word in unescape(made.html), word
    assert made.text.startswith("1 aduan lewat tenggat\n")
    assert made.subject == "1 aduan lewat tenggat · Aduan Kota Kediri"


def test_only_what_the_page_can_do_is_offered() -> None:
    made = rendered(line(link=LINK))
    assert "Terima" in made.html
    assert "perpanjangan" not in made.html
    assert "kewenangan" not in made.html
    assert "tindak/" not in rendered(line()).html


def test_readable_on_a_phone_and_in_the_dark() -> None:
    html = rendered(line()).html
    assert 'name="viewport" content="width=device-width' in html
    assert "prefers-color-scheme:dark" in html
    assert min(int(size) for size in re.findall(r"font-size:(\d+)px", html)) >= 14


def test_what_a_citizen_wrote_is_never_markup() -> None:
    made = rendered(line(gist="<script>alert(1)</script>", place='"><img src=x onerror=y>'))
    assert "<script>" not in made.html
    assert "<img" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "<script>alert(1)</script>" in made.text  # text is text
