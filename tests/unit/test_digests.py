"""The morning's mails: what is said to whom, once, on working days, and never more than there is to say."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from chalicelib.channels.errors import Ambiguous, Retryable
from chalicelib.complaints.city import City, parse
from chalicelib.complaints.city_alerts import Alerting, Contact, Reach
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.desk import alert_cases, alert_log, casework, delivering, digests, entry
from chalicelib.desk.people import Staff
from chalicelib.pages import digests as pages
from chalicelib.settings import Settings
from chalicelib.store import admin_notices, cases, cities, deliveries, queues
from scheduled import digests as job
from tests.unit.tables import empty_tables

TOML = (Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text(encoding="utf-8")
SHIPPED = parse(TOML)
KEDIRI: City = msgspec.structs.replace(
    SHIPPED,
    departments=tuple(
        msgspec.structs.replace(one, head=Reach(email=f"kepala.{one.id}@kota.example"), officer=None, email=None)
        if one.id in ("dpupr", "dlhkp")
        else msgspec.structs.replace(one, head=None, officer=None, email=None, whatsapp=None)
        for one in SHIPPED.departments
    ),
    contacts=(
        Contact(role="sekda", name="Sekretaris Daerah", email="sekda@kota.example"),
        Contact(role="mayor", name="Wali Kota", email="walikota@kota.example"),
        Contact(role="coordinator", name="Koordinator", email="koordinator@kota.example"),
    ),
)
ADMIN = Staff("admin1", "admin", None)


def wib(day: int, clock: str = "07:30", month: int = 11) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2026, month, day, int(hour), int(minute), tzinfo=UTC) - timedelta(hours=7)


# November 2026: the 23rd is a Monday.
MONDAY, TUESDAY, SATURDAY = wib(23), wib(24), wib(28)


@pytest.fixture(autouse=True)
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(queues, "announce", lambda ticket, rows: None)  # there is no topic here
    with empty_tables():
        put_in_force(KEDIRI)
        yield


def put_in_force(city: City, after: int = 0) -> None:
    assert cities.apply(city, TOML, after=after, by="admin1", now=wib(1))


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    """What was handed to the provider: (address, mail)."""
    handed: list[tuple[str, Any]] = []

    def hand_over(channel: str, to: str, message: Any, identifier: str, city: City) -> str:
        handed.append((to, message.mail))
        return f"ses-{identifier}"

    monkeypatch.setattr(delivering, "hand_over", hand_over)
    return handed


def enter(at: datetime, text: str = "Jalan berlubang", department: str | None = "dpupr", **more: Any) -> str:
    values: dict[str, Any] = {
        "channel": "phone", "class_": "complaint", "category": "jalan_rusak", "location": None,
        "reporter": {"name": "Sari Dewi", "phone": "081234567890"}, "secret": False, "note": None,
    }  # fmt: skip
    wanted = entry.Entry(text=text, department=department, received_at=at, **{**values, **more})
    return entry.enter(wanted, ADMIN, once=None, now=at).ticket


def late() -> str:
    """A case whose follow-up was due on the 20th."""
    return enter(wib(13, "09:00"))


def to(sent: list[tuple[str, Any]], office: str) -> Any:
    (mail,) = [mail for address, mail in sent if address.startswith(office)]
    return mail


@pytest.mark.parametrize(
    ("late_", "today", "soon", "said"),
    [
        (12, 0, 2, "12 aduan lewat tenggat, 2 jatuh tempo sampai Kamis 26 November"),
        (0, 0, 2, "2 aduan jatuh tempo sampai Kamis 26 November"),
        (0, 3, 2, "3 aduan jatuh tempo hari ini, 2 jatuh tempo sampai Kamis 26 November"),
        (1, 3, 0, "1 aduan lewat tenggat, 3 jatuh tempo hari ini"),
        (0, 0, 0, "7 aduan terbuka, tidak ada yang mendesak"),
    ],
)
def test_what_is_due_is_said_to_be_due_wherever_it_stands(late_: int, today: int, soon: int, said: str) -> None:
    counts = {digests.LATE: late_, digests.TODAY: today, digests.SOON: soon}
    assert digests._verdict(counts, "Kamis 26 November", 7) == said


def test_each_head_gets_his_own_list_once(sent: list[tuple[str, Any]]) -> None:
    first, second = late(), enter(wib(17, "09:00"), department="dlhkp", text="Sampah menumpuk")
    assert job.run(TUESDAY) == {"sent": 2, "done": True}
    assert [address for address, _ in sent] == ["kepala.dpupr@kota.example", "kepala.dlhkp@kota.example"]
    mine = to(sent, "kepala.dpupr")
    assert first in mine.html and first in mine.text and second not in mine.html + mine.text
    assert mine.subject == "1 aduan lewat tenggat · Aduan Kota Kediri"
    assert "Terlambat 2 hari kerja (tindak lanjut)" in mine.text and "umur 11 hari" in mine.text
    other = to(sent, "kepala.dlhkp")
    assert other.subject.startswith("1 aduan jatuh tempo hari ini")
    assert "\nHari ini" in other.text and "16.00" in other.text
    for later in (TUESDAY, TUESDAY + timedelta(minutes=30)):
        assert job.run(later) == {"done": True}
    assert len(sent) == 2
    assert job.run(wib(25))["sent"] == 2
    assert job.run(TUESDAY) == {"done": True}
    assert job.run(wib(19))["sent"] == 2  # an earlier day, run later


def test_nobody_without_anything_to_say_and_nobody_else_in_his_place(sent: list[tuple[str, Any]]) -> None:
    enter(wib(23, "10:00"))  # due in a week
    enter(wib(13), department="damkar")  # has no address: the coordinator would get everybody's list
    assert job.run(TUESDAY) == {"done": True}
    assert sent == []


def test_what_is_not_listed_is_counted(sent: list[tuple[str, Any]]) -> None:
    late()
    enter(wib(23, "10:00"))
    waiting = enter(wib(23, "11:00"), class_="ringan")
    casework.act(waiting, "respond", {"text": "Sudah."}, ADMIN, versions=None, once=None, now=wib(23, "12:00"))
    casework.act(waiting, "close", {}, ADMIN, versions=None, once=None, now=wib(23, "13:00"))
    job.run(TUESDAY)
    assert "Terbuka di DPUPR: 2 aduan; di antaranya 1 belum mendesak." in to(sent, "kepala.dpupr").text


def test_the_list_ends_and_its_totals_do_not(sent: list[tuple[str, Any]]) -> None:
    few = msgspec.structs.replace(KEDIRI, alerting=Alerting(most_per_message=3))
    put_in_force(few, after=1)
    oldest = late()
    for hour in range(4):
        enter(wib(16, f"{9 + hour:02d}:00"))
    job.run(TUESDAY)
    text = to(sent, "kepala.dpupr").text
    assert text.count("KDR-") == 3 and oldest in text
    assert "5 aduan lewat tenggat" in text and "dan 2 aduan lain. Daftar lengkap: aduan antre" in text


def test_the_first_working_day_of_a_week_has_everything_the_oldest_first(sent: list[tuple[str, Any]]) -> None:
    new, old = enter(wib(20, "10:00")), late()
    enter(wib(20, "11:00"), department=None)
    assert job.run(MONDAY) == {"sent": 3, "done": True}
    text = to(sent, "kepala.dpupr").text
    assert text.index(old) < text.index(new)
    assert "SEMUA YANG TERBUKA, DARI YANG TERTUA: 2" in text
    weekly = to(sent, "sekda")
    assert to(sent, "walikota").subject == weekly.subject
    assert weekly.subject == "3 aduan terbuka, 1 di antaranya lewat tenggat · Aduan Kota Kediri"
    assert "DPUPR" in weekly.text and "Belum didisposisikan" in weekly.text and "tertua berumur 10 hari" in weekly.text
    assert "KDR-" not in weekly.text + weekly.html and "Jalan" not in weekly.text


def test_a_week_that_begins_with_a_holiday_begins_on_the_next_working_day(sent: list[tuple[str, Any]]) -> None:
    enter(wib(10, month=8), department="dpupr")
    assert job.run(wib(17, month=8)) == {"done": True}  # Independence Day, a Monday
    job.run(wib(18, month=8))
    assert {address.partition("@")[0] for address, _ in sent} == {"kepala.dpupr", "sekda", "walikota"}


@pytest.mark.parametrize(
    ("at", "is_one"),
    [
        (TUESDAY, True),
        (TUESDAY - timedelta(minutes=1), False),
        (TUESDAY + timedelta(hours=2, minutes=30), True),
        (TUESDAY + timedelta(hours=3), False),
        (SATURDAY, False),
        (wib(25, month=12), False),
    ],
)
def test_only_in_the_morning_of_a_working_day(at: datetime, is_one: bool, sent: list[tuple[str, Any]]) -> None:
    late()
    job.run(at)
    assert bool(sent) is is_one


def test_a_city_in_the_east_and_another_hour(sent: list[tuple[str, Any]]) -> None:
    east = msgspec.structs.replace(KEDIRI, zone="Asia/Jayapura", alerting=Alerting(digest_at="08:00"))
    put_in_force(east, after=1)
    late()
    job.run(TUESDAY - timedelta(hours=2))  # 07.30 in the east
    assert sent == []
    job.run(TUESDAY - timedelta(hours=1, minutes=30))
    assert len(sent) == 1 and "pukul 08.00 WIT" in sent[0][1].text


def test_a_department_that_opens_later_is_told_when_it_is_open(sent: list[tuple[str, Any]]) -> None:
    hours = msgspec.structs.replace(KEDIRI.hours, tuesday=("08:30-15:00",))
    departments = tuple(
        msgspec.structs.replace(one, hours=hours) if one.id == "dpupr" else one for one in KEDIRI.departments
    )
    put_in_force(msgspec.structs.replace(KEDIRI, departments=departments), after=1)
    late()
    assert job.run(TUESDAY) == {"done": False}
    assert job.run(TUESDAY + timedelta(hours=1)) == {"sent": 1, "done": True}


def test_what_could_not_be_sent_is_tried_again_and_what_may_have_been_is_not(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    late(), enter(wib(13, "09:00"), department="dlhkp")
    right = delivering.hand_over

    def faulty(channel: str, to: str, *more: Any) -> str:
        if to.startswith("kepala.dpupr"):
            raise Retryable("busy")
        raise Ambiguous("no answer")

    monkeypatch.setattr(delivering, "hand_over", faulty)
    assert job.run(TUESDAY) == {"void": 1, "ambiguous": 1, "done": False}
    monkeypatch.setattr(delivering, "hand_over", right)
    assert job.run(TUESDAY + timedelta(minutes=30)) == {"sent": 1, "done": True}
    assert [address for address, _ in sent] == ["kepala.dpupr@kota.example"]
    assert len(admin_notices.pending(TUESDAY + timedelta(days=1), limit=10)) == 1  # the admin hears of the other


class Killed(BaseException):
    """The process is gone."""


def test_killed_between_two_messages_the_rest_is_sent(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    late(), enter(wib(13, "09:00"), department="dlhkp")
    real = delivering.tell

    def dying(delivery: Any, *more: Any) -> str:
        if delivery.id.endswith("dlhkp"):
            raise Killed
        return real(delivery, *more)

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "tell", dying)
        with pytest.raises(Killed):
            job.run(MONDAY)
    assert job.run(MONDAY + timedelta(minutes=30)) == {"sent": 3, "done": True}
    assert sorted(address.partition("@")[0] for address, _ in sent) == [
        "kepala.dlhkp",
        "kepala.dpupr",
        "sekda",
        "walikota",
    ]


def test_no_citizen_is_named(sent: list[tuple[str, Any]]) -> None:
    enter(wib(13), text="Saya Sari Dewi 081234567890, jalan rusak <b>parah</b>")
    enter(wib(13, "10:00"), text="Pungli oleh petugas", secret=True)
    job.run(TUESDAY)
    mail = to(sent, "kepala.dpupr")
    for form in (mail.html, mail.text, mail.subject):
        assert "Sari" not in form and "0812" not in form and "Pungli" not in form
    assert "jalan rusak &lt;b&gt;parah" in mail.html and "Aduan rahasia" in mail.text


def test_the_delivery_is_kept_without_the_address(sent: list[tuple[str, Any]]) -> None:
    late()
    job.run(TUESDAY)
    known = deliveries.get("digest-2026-11-24-dpupr")
    assert known is not None
    assert (known.kind, known.state, known.role, known.name) == ("digest", "sent", "head", "Kepala DPUPR")
    assert "kota.example" not in str(known.to_simple_dict())


def test_a_year_without_a_calendar_has_no_mornings() -> None:
    empty = msgspec.structs.replace(KEDIRI, holidays=())
    assert digests.morning(empty, SendingHours(empty), TUESDAY) is None


def test_the_mails_say_the_same_in_both_forms() -> None:
    row = pages.Row(name="DPUPR & kawan", open=3, late=1, oldest=9)
    total = pages.Row(name="Jumlah", open=3, late=1, oldest=9)
    mail = pages.weekly(
        pages.Weekly(
            city="Kota",
            recipient="Sekda",
            verdict="3 aduan",
            lead="x",
            rows=[row],
            unassigned=None,
            total=total,
            sent="y",
        )
    )
    assert "DPUPR &amp; kawan" in mail.html and "DPUPR & kawan" in mail.text
    for form in (mail.html, mail.text):
        assert "9 hari" in form and "Belum didisposisikan" not in form


# --- what one run cannot do, and what cannot be done at all


HALF = timedelta(minutes=30)


def few(*with_heads: str, of: int = 6, **more: Any) -> City:
    """A city of some departments of which these have heads."""
    departments = tuple(
        msgspec.structs.replace(
            one, head=Reach(email=f"kepala.{one.id}@kota.example") if one.id in with_heads else None
        )
        for one in KEDIRI.departments[:of]
    )
    return msgspec.structs.replace(KEDIRI, departments=departments, **more)


def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each list takes 100 of a run's 240 seconds; which were read."""
    real, read = digests.open_cases, list[str]()

    def reading(queue: str, at: Any) -> Any:
        read.append(queue)
        return real(queue, at)

    monkeypatch.setattr(digests, "open_cases", reading)
    monkeypatch.setattr("time.monotonic", lambda: 100.0 * len(read))
    return read


def test_heads_come_first_and_totals_are_read_once_over_several_runs(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [one.id for one in KEDIRI.departments[:6]]
    put_in_force(few(*names[4:]), after=1)
    for name in names:
        enter(wib(13, "09:00"), department=name)
    read = slow(monkeypatch)
    job.run(MONDAY)
    assert [address for address, _ in sent] == [f"kepala.{name}@kota.example" for name in names[4:]]
    for number in (1, 2):
        job.run(MONDAY + number * HALF)
    assert {address.partition("@")[0] for address, _ in sent[2:]} == {"sekda", "walikota"}
    assert to(sent, "sekda").subject.startswith("6 aduan terbuka, 6 di antaranya lewat tenggat")
    assert sorted(read) == sorted([*names, "-"])
    assert job.run(MONDAY + 3 * HALF) == {"done": True}


def test_who_has_nothing_to_be_told_keeps_nobody_waiting(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [one.id for one in KEDIRI.departments[:6]]
    put_in_force(few(*names), after=1)
    enter(wib(13, "09:00"), department=names[-1])
    read = slow(monkeypatch)
    for number in range(2):
        job.run(TUESDAY + number * HALF)
    assert [address for address, _ in sent] == [f"kepala.{names[-1]}@kota.example"]
    assert sorted(read) == sorted(names)


def test_a_case_that_cannot_be_read_keeps_nobody_from_his_list(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad, ugly = late(), late(), late()
    other = enter(wib(13, "09:00"), department="dlhkp")
    real, described = cases.dossier, alert_cases.place

    def poisoned(ticket: str) -> Any:
        if ticket == bad:
            raise KeyError(ticket)
        return real(ticket)

    def indescribable(found: Any) -> Any:
        if found.case.ticket == ugly:
            raise TypeError
        return described(found)

    monkeypatch.setattr(cases, "dossier", poisoned)
    monkeypatch.setattr(alert_cases, "place", indescribable)
    with pytest.raises(job.Unfinished):
        job.run(TUESDAY)
    mine = to(sent, "kepala.dpupr").text
    assert good in mine and bad not in mine and ugly not in mine
    assert "Terbuka di DPUPR: 3 aduan; di antaranya 2 tidak dapat dibaca." in mine
    assert other in to(sent, "kepala.dlhkp").text
    assert job.run(TUESDAY + HALF) == {"done": True}


def test_a_department_that_cannot_be_read_keeps_no_other_from_its_list(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    late(), enter(wib(13, "09:00"), department="dlhkp")
    real = digests.open_cases

    def failing(queue: str, at: Any) -> Any:
        if queue == "dpupr":
            raise RuntimeError("throttled")
        return real(queue, at)

    with monkeypatch.context() as patched:
        patched.setattr(digests, "open_cases", failing)
        with pytest.raises(job.Unfinished):
            job.run(MONDAY)
    assert [address for address, _ in sent] == ["kepala.dlhkp@kota.example"]  # and no totals that lack one
    job.run(MONDAY + HALF)
    assert {address.partition("@")[0] for address, _ in sent[1:]} == {"kepala.dpupr", "sekda", "walikota"}


def test_what_could_not_be_sent_in_the_morning_has_failed_and_the_admin_hears(
    sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = msgspec.structs.replace(KEDIRI.hours, monday=())
    departments = tuple(
        msgspec.structs.replace(one, hours=closed) if one.id == "dlhkp" else one for one in KEDIRI.departments
    )
    put_in_force(msgspec.structs.replace(KEDIRI, departments=departments), after=1)
    late(), enter(wib(13, "09:00"), department="dlhkp")

    def busy(*given: Any) -> str:
        raise Retryable("busy")

    monkeypatch.setattr(delivering, "hand_over", busy)
    for number in range(7):
        job.run(MONDAY + number * HALF)
    told = {name: deliveries.get(f"{name}") for name in ("digest-2026-11-23-dpupr", "weekly-2026-11-23-mayor-0")}
    assert {name: one and (one.state, one.reason) for name, one in told.items()} == dict.fromkeys(
        told, ("failed", "the morning was over")
    )
    assert deliveries.get("digest-2026-11-23-dlhkp") is None  # it has no Mondays
    about = {one.about for one in admin_notices.pending(MONDAY + timedelta(days=1), limit=10)}
    assert about == {"digest-2026-11-23-dpupr", "weekly-2026-11-23-mayor-0", "weekly-2026-11-23-sekda-0"}
    assert job.run(MONDAY + 8 * HALF) == {"done": True}
    assert len(admin_notices.pending(MONDAY + timedelta(days=1), limit=10)) == 3


def test_what_no_run_had_time_for_has_failed_too(sent: list[tuple[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    late()
    monkeypatch.setattr(job, "SECONDS", -1.0)
    assert job.run(TUESDAY) == {"done": False}
    assert job.run(TUESDAY + 6 * HALF) == {"failed": 2, "done": True}


def test_a_morning_without_any_run_has_nothing_to_make_up_for(sent: list[tuple[str, Any]]) -> None:
    late()
    assert job.run(TUESDAY + 6 * HALF) == {"done": True}
    assert admin_notices.pending(TUESDAY + timedelta(days=1), limit=10) == []
    assert job.run(TUESDAY)["sent"] == 1  # for a test, or by hand


@pytest.mark.parametrize("account", ["106", ""])
def test_a_head_who_has_only_whatsapp_gets_the_short_form(monkeypatch: pytest.MonkeyPatch, account: str) -> None:
    departments = tuple(
        msgspec.structs.replace(one, head=Reach(whatsapp="+628111111111")) if one.id == "dpupr" else one
        for one in KEDIRI.departments
    )
    put_in_force(msgspec.structs.replace(KEDIRI, departments=departments), after=1)
    listed = [enter(wib(13, f"09:0{minute}")) for minute in range(7)]
    here = Settings(stage="test", secrets_prefix="/x", outbox_topic="t", media_bucket="b", whatsapp_account=account)
    monkeypatch.setattr(job, "settings", lambda: here)
    handed: list[Any] = []

    def hand_over(channel: str, to: str, message: Any, identifier: str, city: City) -> str:
        handed.append((channel, to, message.brief))
        return "wamid.1"

    monkeypatch.setattr(delivering, "hand_over", hand_over)
    job.run(TUESDAY)
    known = deliveries.get("digest-2026-11-24-dpupr")
    if not account:
        assert (handed, known) == ([], None)
        return
    assert known is not None
    named = list(known.tickets or [])
    assert len(named) == 5 and set(named) < set(listed)
    brief = ("7 aduan lewat tenggat", f"{', '.join(named)}, dan 2 lainnya", "perintah aduan antre")
    assert handed == [("whatsapp", "+628111111111", brief)]


def test_a_ticket_shows_that_its_head_was_told_by_his_list(sent: list[tuple[str, Any]]) -> None:
    put_in_force(msgspec.structs.replace(KEDIRI, alerting=Alerting(most_per_message=1)), after=1)
    named, counted = late(), enter(wib(13, "10:00"))
    casework.act(
        named, "transfer", {"department": "dlhkp", "note": "x"}, ADMIN, versions=None, once=None, now=wib(13, "11:00")
    )
    back = {"department": "dpupr", "note": "x"}
    job.run(wib(23))
    casework.act(named, "transfer", back, ADMIN, versions=None, once=None, now=wib(23, "11:00"))
    job.run(TUESDAY)

    def told(ticket: str, person: Staff = ADMIN) -> list[str]:
        wanted = alert_log.Wanted(since=wib(1), until=wib(30), ticket=ticket)
        return [one["id"] for one in alert_log.listed(wanted, person, limit=50, cursor=None)[0]]

    assert told(counted) == ["digest-2026-11-24-dpupr", "digest-2026-11-23-dpupr"]
    assert told(named) == ["digest-2026-11-23-dlhkp"]
    assert told(named, Staff("head1", "head", "dpupr")) == []
