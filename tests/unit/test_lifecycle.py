"""The table of moves, row by row, and the document printed from it."""

from pathlib import Path
from typing import Any

import pytest

from chalicelib.complaints.lifecycle import (
    LEADS_TO,
    MOVES,
    REASONS,
    ROLES,
    SETTABLE,
    STATUSES,
    Action,
    Incomplete,
    IndependentClose,
    NotAllowed,
    NotIndependent,
    State,
    WrongRole,
    allowed,
    apply,
    fold,
    may,
    print_table,
    replay,
    roles_of,
)

GOOD: dict[str, dict[str, Any]] = {
    "assign": {"department": "dlhkp"},
    "transfer": {"department": "dishub", "note": "PJU urusan Dishub"},
    "wait": {"text": "Di RT berapa?"},
    "respond": {"text": "Sudah diperbaiki."},
    "reject": {"reason": "spam"},
    "merge": {"duplicate_of": "KDR-0000-000X"},
    "reopen": {"note": "Masih mati"},
    "extend": {"clock": "resolution", "note": "Menunggu suku cadang"},
    "note": {"text": "Sudah ditelepon"},
    "attach": {"attachment": {"id": "00ff"}},
    "set": {"changes": {"class": "information"}},
}

# The table once more, by hand, as the desk would tell it: status -> what staff can do, and where it leads.
EXPECTED = {
    "received": {
        "verify": "verified",
        "assign": "assigned",
        "wait": "waiting",
        "reject": "rejected",
        "merge": "rejected",
    },
    "verified": {"assign": "assigned", "wait": "waiting", "reject": "rejected", "merge": "rejected"},
    "assigned": {
        "transfer": "assigned",
        "start": "in_progress",
        "wait": "waiting",
        "respond": "responded",
        "reject": "rejected",
        "merge": "rejected",
    },
    "in_progress": {
        "transfer": "assigned",
        "wait": "waiting",
        "respond": "responded",
        "reject": "rejected",
        "merge": "rejected",
    },
    "responded": {
        "respond": "responded",
        "close": "closed",
        "reject": "rejected",
        "merge": "rejected",
        "reopen": "reopened",
    },
    "closed": {"reopen": "reopened"},
    "waiting": {"transfer": "assigned", "resume": "in_progress", "reject": "rejected", "merge": "rejected"},
    "rejected": {"reopen": "reopened"},
    "reopened": {
        "assign": "assigned",
        "transfer": "assigned",
        "start": "in_progress",
        "wait": "waiting",
        "respond": "responded",
        "reject": "rejected",
        "merge": "rejected",
    },
}
STAYS = {"note", "attach", "set"}


def state(status: str) -> State:
    before = "in_progress" if status == "waiting" else None
    return State(status=status, department="perkim", before_waiting=before)


def act(status: str, type_: str, role: str = "admin", **data: Any) -> State:
    return apply(state(status), Action(type=type_, role=role, data=data or GOOD.get(type_, {})))


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", LEADS_TO)
def test_every_status_and_action(status: str, action: str) -> None:
    expected = EXPECTED[status] | dict.fromkeys(STAYS, status)
    if status not in ("closed", "rejected"):
        expected["extend"] = status
    if action in expected:
        assert act(status, action).status == expected[action]
        assert action in allowed(status, "admin")
    else:
        with pytest.raises(NotAllowed) as refused:
            act(status, action)
        assert not isinstance(refused.value, WrongRole)
        assert set(refused.value.allowed) == set(expected)
        assert (refused.value.action, refused.value.status) == (action, status)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("status", STATUSES)
def test_what_a_role_may_do_is_what_it_is_told(role: str, status: str) -> None:
    for action in LEADS_TO:
        if action in allowed(status, role):
            act(status, action, role)
        else:
            with pytest.raises(NotAllowed) as refused:
                act(status, action, role)
            assert refused.value.allowed == allowed(status, role)


@pytest.mark.parametrize("role", ["executive", "auditor", "citizen"])
def test_who_only_reads_changes_nothing(role: str) -> None:
    assert [allowed(status, role) for status in STATUSES] == [[]] * len(STATUSES)


def test_a_department_does_not_verify_assign_close_or_reject() -> None:
    for status in STATUSES:
        assert not {"verify", "assign", "close", "reject", "merge", "set"} & set(allowed(status, "officer"))
    assert "close" in allowed("responded", "head")
    assert "transfer" in allowed("assigned", "head")
    assert "transfer" not in allowed("assigned", "officer")


def test_the_reporter_can_resume_and_reopen_only() -> None:
    assert {action for status in STATUSES for action in allowed(status, "reporter")} == {"resume", "reopen"}


def test_a_wrong_role_is_told_apart_from_a_wrong_status() -> None:
    with pytest.raises(WrongRole, match="'verify' is not allowed while received; allowed: note, attach"):
        act("received", "verify", "officer")
    with pytest.raises(NotAllowed, match="allowed: nothing"):
        act("received", "close", "auditor")


def test_a_closed_case_is_corrected_by_the_admin_only() -> None:
    assert "set" in allowed("closed", "admin")
    assert "set" not in allowed("closed", "operator")


@pytest.mark.parametrize("status", ["received", "verified", "assigned", "in_progress", "reopened"])
def test_waiting_leads_back_to_where_it_came_from(status: str) -> None:
    waiting = act(status, "wait")
    assert (waiting.status, waiting.before_waiting) == ("waiting", status)
    resumed = apply(waiting, Action(type="resume", role="reporter"))
    assert (resumed.status, resumed.before_waiting) == (status, None)


def test_a_transfer_out_of_waiting_forgets_where_it_waited() -> None:
    moved = act("waiting", "transfer")
    assert (moved.status, moved.department, moved.before_waiting) == ("assigned", "dishub", None)


def test_a_transfer_goes_to_another_department() -> None:
    with pytest.raises(Incomplete) as refused:
        act("assigned", "transfer", department="perkim", note="x")
    assert refused.value.field == "department"


@pytest.mark.parametrize(
    ("status", "action"),
    [("waiting", "transfer"), ("reopened", "transfer"), ("reopened", "start"), ("reopened", "respond")],
)
def test_a_case_in_no_department_is_assigned_first(status: str, action: str) -> None:
    with pytest.raises(Incomplete, match=r"^department: no_department$"):
        apply(State(status=status), Action(type=action, role="admin", data=GOOD.get(action, {})))


def test_rejecting_and_merging_say_why_and_reopening_forgets_it() -> None:
    rejected = act("received", "reject", reason="duplicate", duplicate_of="KDR-0000-000X")
    merged = act("received", "merge")
    assert rejected == merged
    assert (merged.status, merged.reason, merged.duplicate_of) == ("rejected", "duplicate", "KDR-0000-000X")
    again = apply(merged, Action(type="reopen", role="operator", data={"note": "bukan duplikat"}))
    assert (again.status, again.reason, again.duplicate_of) == ("reopened", None, None)


@pytest.mark.parametrize("reason", REASONS)
def test_the_reasons_of_a_rejection(reason: str) -> None:
    assert act("verified", "reject", reason=reason).reason == reason


def test_verifying_may_settle_class_and_category() -> None:
    verified = apply(
        state("received"),
        Action(
            type="verify",
            role="operator",
            data={"class": "oversight", "category": "pungli", "anonymous": True},
        ),
    )
    assert (verified.class_, verified.category, verified.anonymous) == ("oversight", "pungli", False)


@pytest.mark.parametrize(
    ("status", "action", "data", "field"),
    [
        ("verified", "assign", {"x": 1}, "department"),
        ("verified", "assign", {"department": " "}, "department"),
        ("verified", "assign", {"department": 7}, "department"),
        ("assigned", "transfer", {"department": "dishub"}, "note"),
        ("in_progress", "respond", {"text": ""}, "text"),
        ("received", "wait", {"text": None}, "text"),
        ("received", "reject", {"reason": "bosan"}, "reason"),
        ("received", "reject", {"reason": "duplicate", "duplicate_of": 7}, "duplicate_of"),
        ("received", "reject", {"reason": "spam", "duplicate_of": "KDR-0000-000X"}, "duplicate_of"),
        ("received", "merge", {"note": "sama"}, "duplicate_of"),
        ("closed", "reopen", {"text": "x"}, "note"),
        ("assigned", "extend", {"clock": "lunch", "note": "x"}, "clock"),
        ("assigned", "extend", {"clock": "closing"}, "note"),
        ("received", "attach", {"text": "x"}, "attachment"),
        ("received", "attach", {"attachment": "media-1"}, "attachment"),
        ("received", "attach", {"attachment": {"id": 7}}, "attachment"),
        ("received", "verify", {"class": 3}, "class"),
        ("received", "verify", {"category": ""}, "category"),
        ("received", "set", {"class": "information"}, "changes"),
        ("received", "set", {"changes": {}}, "changes"),
        ("received", "set", {"changes": {"nothing": 1}}, "changes"),
        ("received", "set", {"changes": {"class": "information", "status": "closed"}}, "changes"),
        ("received", "set", {"changes": {"class": ""}}, "class"),
        ("received", "set", {"changes": {"category": None}}, "category"),
        ("received", "set", {"changes": {"anonymous": "yes"}}, "anonymous"),
        ("received", "set", {"changes": {"secret": 1}}, "secret"),
        ("received", "set", {"changes": {"location": "depan pasar"}}, "location"),
    ],
)
def test_what_an_action_needs(status: str, action: str, data: dict[str, Any], field: str) -> None:
    with pytest.raises(Incomplete, match=f"^{field}: ") as refused:
        apply(state(status), Action(type=action, role="admin", data=data))
    assert refused.value.field == field


def test_setting_changes_what_is_named_and_nothing_else() -> None:
    place = {"lat": -7.8, "lon": 112.0}
    data = {"class": "aspiration", "category": "taman", "location": place, "secret": True}
    changed = apply(state("closed"), Action(type="set", role="admin", data={"changes": data}))
    assert (changed.class_, changed.category, changed.location) == ("aspiration", "taman", place)
    assert (changed.secret, changed.anonymous, changed.status) == (True, False, "closed")
    assert act("received", "set", changes={"location": None}).location is None
    assert set(SETTABLE) == {"class", "category", "location", "anonymous", "secret"}


def test_a_clock_is_extended_once() -> None:
    once = act("assigned", "extend")
    assert (once.status, once.extended) == ("assigned", ("resolution",))
    with pytest.raises(Incomplete, match=r"^clock: extended_before$") as refused:
        apply(once, Action(type="extend", role="admin", data=GOOD["extend"]))
    assert refused.value.field == "clock"
    other = {"clock": "closing", "note": "x"}
    assert apply(once, Action(type="extend", role="admin", data=other)).extended == ("resolution", "closing")


def close(responded_by: str, role: str, actor: str, independent: IndependentClose) -> State:
    answered = apply(
        state("in_progress"), Action(type="respond", role="officer", data={"text": "x"}, actor=responded_by)
    )
    assert answered.responded_by == responded_by
    return apply(answered, Action(type="close", role=role, actor=actor), independent)


@pytest.mark.parametrize("independent", ["head", "operator"])
def test_an_independent_close_needs_that_role_and_somebody_else(independent: IndependentClose) -> None:
    assert close("officer1", independent, "somebody", independent).status == "closed"
    assert close("officer1", "system", "system", independent).status == "closed"
    # The only head answered himself: somebody must be able to close.
    assert close("somebody", "admin", "admin1", independent).status == "closed"
    other = {"head": "operator", "operator": "head"}[independent]
    for role, actor in ((other, "somebody"), ("admin", "officer1"), (independent, "officer1")):
        with pytest.raises(NotIndependent) as refused:
            close("officer1", role, actor, independent)
        assert "close" not in refused.value.allowed
        assert "reopen" in refused.value.allowed or role == "head"
        assert close("officer1", role, actor, "").status == "closed"


def test_what_a_person_may_do_is_what_would_be_done() -> None:
    answered = State(status="responded", department="perkim", responded_by="head1")
    assert "close" in may(answered, "head", "head2", "head")
    assert "close" not in may(answered, "head", "head1", "head")
    assert may(answered, "head", "head1") == allowed("responded", "head")


def test_the_roles_of_an_action_are_those_of_its_rows() -> None:
    assert roles_of("assign") == ("admin", "operator")
    assert roles_of("respond") == ("admin", "operator", "officer", "head")
    assert roles_of("close") == ("admin", "operator", "head")
    assert all("auditor" not in roles_of(action) and "executive" not in roles_of(action) for action in LEADS_TO)


def test_a_message_moves_the_place_and_merged_reports_are_counted() -> None:
    events: list[dict[str, Any]] = [
        {"type": "received", "data": {"class": "complaint"}},
        {"type": "message", "data": {"location": {"lat": -7.8}}},
        {"type": "message", "data": {"location": None}},
        {"type": "joined", "data": {"ticket": "KDR-0000-000X", "count": 3}},
        {"type": "left", "data": {"ticket": "KDR-0000-000X", "count": 2}},
        {"type": "respond", "actor": "officer1", "data": {"text": "x"}},
    ]
    found = replay(events)
    assert (found.location, found.supporters, found.responded_by) == ({"lat": -7.8}, 1, "officer1")


def test_replay_folds_a_timeline() -> None:
    data = {
        "class": "complaint",
        "category": "pohon",
        "anonymous": True,
        "location": {"lat": 1.0},
        "text": "…",
    }
    events: list[dict[str, Any]] = [
        {"at": "2026-11-20T02:00:00.000Z", "actor": "reporter", "type": "received", "data": data},
        {"at": "2026-11-20T02:00:01.000Z", "actor": "system", "type": "filed", "data": {"status": "closed"}},
        {"at": "2026-11-20T03:00:00.000Z", "actor": "operator1", "type": "verify"},
        {
            "at": "2026-11-20T03:01:00.000Z",
            "actor": "operator1",
            "type": "assign",
            "data": {"department": "dlhkp"},
        },
        {"at": "2026-11-20T04:00:00.000Z", "actor": "officer1", "type": "start", "data": None},
        {"at": "2026-11-20T05:00:00.000Z", "actor": "officer1", "type": "wait", "data": {"text": "di mana?"}},
        {"at": "2026-11-20T05:00:00.000Z", "actor": "officer1", "type": "wait", "data": {"text": "di mana?"}},
        {"at": "2026-11-20T06:00:00.000Z", "actor": "reporter", "type": "resume"},
        {"at": "2026-11-20T07:00:00.000Z", "actor": "officer1", "type": "note", "data": {"text": "x"}},
        {
            "at": "2026-11-20T08:00:00.000Z",
            "actor": "officer1",
            "type": "respond",
            "data": {"text": "selesai"},
        },
    ]
    assert replay(events) == State(
        responded_by="officer1",
        status="responded",
        class_="complaint",
        category="pohon",
        department="dlhkp",
        location={"lat": 1.0},
        anonymous=True,
    )
    assert replay([]) == State()


def test_a_case_may_start_in_a_department() -> None:
    assert replay([{"type": "received", "data": {"department": "dinsos"}}]).department == "dinsos"


def test_an_event_that_no_row_allows_any_more_is_still_history() -> None:
    assert replay([{"type": "received"}, {"type": "close"}]).status == "closed"
    assert replay([{"type": "received"}, {"type": "resume"}]).status == "received"
    assert replay([{"type": "received"}, {"type": "wait"}, {"type": "wait"}, {"type": "resume"}]).status == "received"


def test_every_row_is_about_known_words() -> None:
    for move in MOVES:
        assert move.action in LEADS_TO
        assert set(move.statuses) <= set(STATUSES)
        assert set(move.roles) <= set(ROLES)
    assert {move.action for move in MOVES} == set(LEADS_TO)


def test_the_document_is_the_table() -> None:
    document = Path(__file__).parents[2] / "docs" / "lifecycle.md"
    assert document.read_text(encoding="utf-8") == print_table()
    assert "| start | assigned, reopened | in_progress |" in print_table()


@pytest.mark.parametrize(
    ("known", "sent", "then"),
    [
        (None, None, None),
        (None, {"lat": None, "address": None}, None),
        ({"address": "Jl. Dhoho"}, {"lat": None}, {"address": "Jl. Dhoho"}),
        ({"address": "Jl. Dhoho"}, {"lat": 1.0, "address": None}, {"lat": 1.0, "address": None}),
        (
            {"address": "Jl. Dhoho", "kelurahan": "Pojok"},
            {"lat": 1.0, "address": None},
            {"lat": 1.0, "address": "Jl. Dhoho", "kelurahan": "Pojok"},
        ),
        (
            {"address": "Jl. Dhoho", "kelurahan": "Pojok"},
            {"address": "Jl. Mawar"},
            {"address": "Jl. Mawar", "kelurahan": "Pojok"},
        ),
    ],
)
def test_a_citizens_place_takes_away_nothing_that_staff_settled(known: Any, sent: Any, then: Any) -> None:
    before = State(location=known)
    assert fold(before, "message", {"location": sent}).location == then
