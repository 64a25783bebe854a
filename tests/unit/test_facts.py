"""A fact says of a case exactly what its timeline says, as of a moment and in the city's zone."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.complaints import city
from chalicelib.complaints.calendar import Calendars
from chalicelib.complaints.clocks import clocks
from chalicelib.complaints.facts import Fact, Judged, answers_of, fact_of, judged, working_minutes
from tests.unit.made_facts import event

WIB = ZoneInfo("Asia/Jakarta")
LATER = datetime(2026, 4, 1, tzinfo=UTC)
KEDIRI = city.parse((Path(__file__).parents[2] / "infra/cities/kediri.toml").read_text())

RECEIVED = event(
    "2026-03-02T01:00",
    "received",
    "reporter",
    channel="whatsapp",
    category="pohon",
    location={"kelurahan": "Pojok", "lat": -7.81649, "lon": 111.99951},
    **{"class": "complaint"},
)
LIFE = [
    RECEIVED,
    event("2026-03-02T02:00", "verify"),
    event("2026-03-02T02:30", "assign", department="dishub"),
    event("2026-03-02T03:00", "transfer", "head1", department="dlhkp", note="bukan kami"),
    event("2026-03-02T04:00", "start", "officer1"),
    event("2026-03-02T05:00", "wait", "officer1", text="di mana?"),
    event("2026-03-02T06:00", "resume", "reporter"),
    event("2026-03-03T01:00", "respond", "officer1", text="sudah"),
    event("2026-03-03T02:00", "close", "head1"),
]


def a_tenth(start: datetime, end: datetime, department: str | None) -> int:
    """Working minutes for tests: a tenth of the elapsed ones, one more for a department."""
    return int((end - start).total_seconds()) // 600 + (department is not None)


def derive(events: list[dict[str, Any]], as_of: datetime = LATER, **changes: Any) -> Fact:
    given: dict[str, Any] = {"zone": WIB, "as_of": as_of, "working_minutes": a_tenth, **changes}
    return fact_of("KDR-1", events, **given)


def test_a_whole_life() -> None:
    met = {"resolution": Judged(True), "closing": Judged(None), "follow_up": Judged(False)}
    found = derive(LIFE, clocks=met, lapor="confirmed", drift=True)
    assert found == Fact(
        ticket="KDR-1",
        day=date(2026, 3, 2),
        hour=8,
        received_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
        verified_at=datetime(2026, 3, 2, 2, tzinfo=UTC),
        followed_up_at=datetime(2026, 3, 2, 4, tzinfo=UTC),
        answered_at=datetime(2026, 3, 3, 1, tzinfo=UTC),
        closed_at=datetime(2026, 3, 3, 2, tzinfo=UTC),
        minutes={
            "verify": 60,
            "verify_working": 6,
            "follow_up": 180,
            "follow_up_working": 19,
            "answer": 1440,
            "answer_working": 145,
            "close": 1500,
            "close_working": 151,
        },
        channel="whatsapp",
        department="dlhkp",
        category="pohon",
        class_="complaint",
        kelurahan="Pojok",
        place="pohon|Pojok|-7.816,112.000",
        state="closed",
        finished=True,
        transfers=1,
        paused=60,
        life=1500,
        met={"follow_up": False, "resolution": True},
        validated=True,
        lapor="confirmed",
        drift=True,
    )


def test_only_what_had_happened_by_then_counts() -> None:
    found = derive(LIFE, as_of=datetime(2026, 3, 2, 5, 20, tzinfo=UTC))
    assert (found.state, found.paused, found.life) == ("waiting", 20, 260)
    assert (found.answered_at, found.closed_at, found.finished) == (None, None, False)
    assert set(found.minutes) == {"verify", "verify_working", "follow_up", "follow_up_working"}


def test_a_moment_that_is_exactly_as_of_has_happened() -> None:
    assert derive(LIFE, as_of=datetime(2026, 3, 3, 2, tzinfo=UTC)).state == "closed"


@pytest.mark.parametrize("events", [[], LIFE[1:], [event("2026-05-01T00:00", "received")]])
def test_a_case_not_yet_received_has_no_fact(events: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="KDR-1 had not been received by 2026-04-01"):
        derive(events)


def test_reopening_undoes_the_close_and_its_validation() -> None:
    reopened = [*LIFE, event("2026-03-04T02:00", "reopen", "reporter", note="belum")]
    found = derive(reopened)
    assert (found.state, found.reopens, found.closed_at, found.validated) == ("reopened", 1, None, False)
    assert found.finished
    assert found.life == 30 * 1440 - 60
    again = [
        *reopened,
        event("2026-03-05T00:00", "respond", "officer1", text="sekarang sudah"),
        event("2026-03-05T01:00", "close", "officer1"),
    ]
    found = derive(again)
    assert found.minutes["close"] == 3 * 1440
    assert found.minutes["follow_up"] == 180
    assert found.minutes["answer"] == 1440, "the first answer stays the first"
    assert found.life == 3 * 1440


@pytest.mark.parametrize(
    ("actor", "validated"),
    [("officer1", False), ("system", False), (None, False), ("head1", True), ("operator1", True)],
)
def test_who_answered_cannot_validate(actor: str | None, validated: bool) -> None:
    assert derive([*LIFE[:-1], {**LIFE[-1], "actor": actor}]).validated is validated


def test_the_reporter_validates() -> None:
    closed = [*LIFE[:-1], {**LIFE[-1], "actor": "officer1"}]
    assert derive([*closed, event("2026-03-03T05:00", "confirmed", "reporter")]).validated
    early = [*LIFE[:-1], event("2026-03-03T01:30", "confirmed", "reporter")]
    assert not derive(early).validated, "not closed yet"


def test_life_ends_with_the_close_and_not_with_a_later_note() -> None:
    assert derive([*LIFE, event("2026-03-10T00:00", "note", text="arsip")]).life == 1500


def test_refused_cases_are_decided_and_finished_but_not_answered() -> None:
    found = derive([RECEIVED, event("2026-03-02T01:10", "reject", reason="spam")])
    assert (found.state, found.reason, found.finished) == ("rejected", "spam", True)
    assert (found.minutes["verify"], found.life, found.followed_up_at) == (10, 10, None)
    merged = derive([RECEIVED, event("2026-03-02T01:10", "merge", duplicate_of="KDR-2")])
    assert (merged.reason, merged.state) == ("duplicate", "rejected")


def test_waiting_ends_with_any_move_and_lasts_until_now_otherwise() -> None:
    waiting = [RECEIVED, event("2026-03-02T02:00", "wait", text="?"), event("2026-03-02T02:30", "note", text="x")]
    assert derive(waiting, as_of=datetime(2026, 3, 2, 3, tzinfo=UTC)).paused == 60
    assert derive([*waiting, event("2026-03-02T02:45", "reject", reason="incomplete")]).paused == 45


def test_short_waits_are_added_before_they_are_rounded() -> None:
    waits = [
        {"at": f"2026-03-02T02:{minute:02}:{second:02}.000Z", "actor": "o", "type": type_, "data": {"text": "?"}}
        for minute in range(10)
        for second, type_ in ((0, "wait"), (40, "resume"))
    ]
    assert derive([RECEIVED, *waits]).paused == 7  # 400 seconds


def test_minutes_are_rounded_to_the_nearest_and_never_negative() -> None:
    def after(seconds: int) -> int:
        at = (datetime(2026, 3, 2, 1, tzinfo=UTC) + timedelta(seconds=seconds)).isoformat()
        return derive([RECEIVED, {"at": at, "actor": "o", "type": "verify", "data": {}}]).minutes["verify"]

    assert [after(seconds) for seconds in (-90, 0, 29, 30, 89, 90)] == [0, 0, 0, 1, 1, 2]


def test_alerts_and_acts_are_counted() -> None:
    alerts = [
        event("2026-03-02T02:00", "alert"),
        event("2026-03-02T03:00", "alert"),
        event("2026-03-02T04:00", "alert_acted"),
    ]
    found = derive([RECEIVED, *alerts])
    assert (found.alerts, found.acts) == (2, 2), "one act answers what is pending"


def test_the_cell_of_an_anonymous_reporter_is_nowhere() -> None:
    assert derive([RECEIVED]).place == "pohon|Pojok|-7.816,112.000"
    for flag in ("anonymous", "secret"):
        assert (
            derive([event("2026-03-02T01:00", "received", "reporter", **{**RECEIVED["data"], flag: True})]).place
            is None
        )


def test_what_was_never_sent_is_no_alert_and_nothing_is_answered_twice() -> None:
    alerts = [
        event("2026-03-02T02:00", "alert", clock="follow_up", delivery="void"),
        event("2026-03-02T03:00", "alert", clock="follow_up", delivery="confirmed"),
        event("2026-03-02T03:00", "alert", clock="verification", delivery="confirmed"),
        event("2026-03-02T04:00", "alert_acted", clock="follow_up", alert="a", action="acknowledge"),
        event("2026-03-02T04:10", "alert_acted", clock="follow_up", alert="a", action="extend"),
        event("2026-03-02T04:20", "alert_acted", clock="follow_up", alert="b", action="acknowledge"),
    ]
    found = derive([RECEIVED, *alerts])
    assert (found.alerts, found.acts) == (2, 1)
    again = [*alerts, event("2026-03-02T05:00", "alert", clock="follow_up", delivery="confirmed")]
    assert (derive([RECEIVED, *again]).alerts, derive([RECEIVED, *again]).acts) == (3, 1)


@given(
    st.lists(
        st.builds(
            lambda type_, clock, delivery: event("2026-03-02T02:00", type_, clock=clock, delivery=delivery),
            st.sampled_from(("alert", "alert_acted")),
            st.sampled_from(("follow_up", "resolution")),
            st.sampled_from(("void", "confirmed", "waiting")),
        )
    )
)
def test_never_more_acts_than_alerts(events: list[dict[str, Any]]) -> None:
    found = derive([RECEIVED, *events])
    assert 0 <= found.acts <= found.alerts


@pytest.mark.parametrize(
    ("minutes_before", "last_hour"), [(-1, False), (0, True), (59, True), (60, False), (600, False)]
)
def test_the_last_hour_before_the_deadline(minutes_before: int, last_hour: bool) -> None:
    due = datetime(2026, 3, 3, 9, tzinfo=UTC)
    clock = Judged(True, due, due - timedelta(minutes=minutes_before))
    assert derive(LIFE, clocks={"resolution": clock}).last_hour is last_hour


@pytest.mark.parametrize("clock", [{}, {"resolution": Judged(None, LATER)}, {"resolution": Judged(None, None, LATER)}])
def test_no_last_hour_without_deadline_or_end(clock: dict[str, Judged]) -> None:
    assert derive(LIFE, clocks=clock).last_hour is None


@pytest.mark.parametrize(
    ("location", "secret", "place"),
    [
        ({"kelurahan": "Pojok"}, False, "pohon|Pojok|"),
        ({"lat": -7.0, "lon": 112.0}, False, "pohon||-7.000,112.000"),
        ({"lat": -7.0, "lon": None}, False, None),
        ({"address": "Jl. Mawar"}, False, None),
        (None, False, None),
        ({"kelurahan": "Pojok"}, True, None),
    ],
)
def test_places_are_coarse_and_secret_cases_have_none(location: Any, secret: bool, place: str | None) -> None:
    assert (
        derive([event("2026-03-02T01:00", "received", category="pohon", location=location, secret=secret)]).place
        == place
    )


def test_no_category_no_place_and_no_channel_is_other() -> None:
    found = derive([{"at": "2026-03-02T01:00:00.000Z", "type": "received"}])
    assert (found.place, found.channel, found.kelurahan) == (None, "other", None)


@pytest.mark.parametrize(
    ("zone", "at", "day", "hour"),
    [
        ("Asia/Jakarta", "2026-03-01T16:59", date(2026, 3, 1), 23),
        ("Asia/Jakarta", "2026-03-01T17:00", date(2026, 3, 2), 0),
        ("Asia/Pontianak", "2026-03-01T17:00", date(2026, 3, 2), 0),
        ("Asia/Makassar", "2026-03-01T15:59", date(2026, 3, 1), 23),
        ("Asia/Makassar", "2026-03-01T16:00", date(2026, 3, 2), 0),
        ("Asia/Jayapura", "2026-03-01T14:59", date(2026, 3, 1), 23),
        ("Asia/Jayapura", "2026-03-01T15:00", date(2026, 3, 2), 0),
        ("Asia/Jakarta", "2028-02-28T17:00", date(2028, 2, 29), 0),
        ("Asia/Jakarta", "2028-02-29T17:00", date(2028, 3, 1), 0),
        ("Asia/Jakarta", "2025-12-31T17:00", date(2026, 1, 1), 0),
    ],
)
def test_a_day_is_the_city_s_day(zone: str, at: str, day: date, hour: int) -> None:
    found = derive([event(at, "received")], as_of=datetime(2030, 1, 1, tzinfo=UTC), zone=ZoneInfo(zone))
    assert (found.day, found.hour) == (day, hour)


def test_a_fact_holds_nothing_that_was_said_and_nobody() -> None:
    stored = msgspec.json.encode(derive(LIFE)).decode()
    for word in ("sudah", "di mana", "bukan kami", "officer1", "head1", "reporter", "81649"):
        assert word not in stored
    assert msgspec.json.decode(stored, type=Fact) == derive(LIFE)


def test_working_minutes_are_those_of_the_department_and_none_without_a_calendar() -> None:
    count = working_minutes(Calendars(KEDIRI))
    friday, monday = datetime(2026, 3, 6, 8, tzinfo=UTC), datetime(2026, 3, 9, 1, tzinfo=UTC)
    assert count(friday, monday, None) == 90 + 30  # Friday 15.00-16.30, Monday 07.30-08.00
    assert count(friday, monday, "dlhkp") == 120
    assert count(friday, monday, "damkar") == (2 * 24 + 17) * 60
    assert count(datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 9, tzinfo=UTC), None) is None


def test_no_calendar_leaves_the_working_time_out() -> None:
    assert set(derive(LIFE[:2], working_minutes=lambda start, end, department: None).minutes) == {"verify"}


def test_clocks_are_judged_over_all_their_runs() -> None:
    def judge(events: list[dict[str, Any]], now: datetime) -> dict[str, Judged]:
        return judged(clocks(events, KEDIRI, now))

    done = judge(LIFE, LATER)
    assert {name: one.met for name, one in done.items()} == {
        "verification": True,
        "follow_up": True,
        "resolution": True,
        "closing": True,
    }
    assert done["resolution"].ended_at == datetime(2026, 3, 3, 1, tzinfo=UTC)
    assert done["resolution"].due_at is not None
    running = judge(LIFE[:3], datetime(2026, 3, 2, 3, tzinfo=UTC))
    assert running["follow_up"] == Judged(None, running["follow_up"].due_at)
    late = judge(LIFE[:3], LATER)
    assert late["follow_up"].met is False
    handed_over = [*LIFE[:3], event("2026-03-30T03:00", "transfer", department="dlhkp", note="x")]
    handed_over.append(event("2026-03-30T04:00", "start", "officer1"))
    assert judge(handed_over, LATER)["follow_up"].met is False, "the breach before the transfer stays"
    moved_in_time = [*LIFE[:4], event("2026-03-02T03:30", "note", text="x")]
    assert judge(moved_in_time, datetime(2026, 3, 2, 3, 40, tzinfo=UTC))["follow_up"].met is None
    asked_again = [*LIFE, event("2026-03-04T02:00", "reopen", "reporter", note="belum")]
    assert judge(asked_again, datetime(2026, 3, 4, 3, tzinfo=UTC))["follow_up"].met is True, "the first round was kept"


def test_survey_answers_are_one_for_each_element() -> None:
    asked = [
        *LIFE,
        event("2026-03-03T02:10", "survey", "reporter", element="U1", score=4),
        event("2026-03-03T17:10", "survey", "reporter", element="U2", score=2),
        event("2026-03-03T18:10", "survey", "reporter", element="U1", score=1),
    ]
    found = answers_of("KDR-1", asked, zone=WIB)
    assert [(one.case, one.element, one.score, one.department, one.day) for one in found] == [
        ("KDR-1", "U1", 4, "dlhkp", date(2026, 3, 3)),
        ("KDR-1", "U2", 2, "dlhkp", date(2026, 3, 4)),
    ]
    assert answers_of("KDR-1", [{**RECEIVED, "data": None}], zone=WIB) == []


@pytest.mark.parametrize("data", [{"element": "U10", "score": 4}, {"element": "U1", "score": 5}, {"element": "U1"}, {}])
def test_answers_to_nothing_are_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"element|score"):
        answers_of("KDR-1", [RECEIVED, event("2026-03-03T02:10", "survey", **data)], zone=WIB)
