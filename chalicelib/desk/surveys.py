"""What citizens think of the service (Permenpan-RB 14/2017): asked once a case is closed, each element once.

In a chat the question comes with the closing notice, inside WhatsApp's 24 hours, and a tap on an answer comes back as a
message that is no part of any case. Who called or came to the counter is asked there, or reads a link.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from chalicelib import logs
from chalicelib.complaints import survey
from chalicelib.complaints.facts import SURVEY
from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.model import InboundMessage
from chalicelib.complaints.survey import Tap
from chalicelib.desk import casework
from chalicelib.desk.links import SECRET
from chalicelib.desk.people import Staff
from chalicelib.problems import Problem
from chalicelib.store import cases, surveys
from chalicelib.store.cases import Dossier
from chalicelib.store.keys import digest
from chalicelib.store.parameters import SECRETS
from chalicelib.store.tables import Case

CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a chat: what is asked, and each answer with the reference it comes back by."""

    element: str
    text: str
    answers: list[tuple[str, str]]
    """(reference, words), the best first."""


def question(case: Case, address: str) -> Question | None:
    """What the reporter of a closed case is asked, in a chat with this address; None where he has answered before."""
    element, secret = survey.element_of(case.ticket), SECRETS.current(SECRET)
    if surveys.answered(case.ticket, element):
        return None
    asked_on = date.fromisoformat(case.updated_at[:10])
    answers = [
        (survey.reference(Tap(case.ticket, element, score, asked_on), address, secret), words)
        for score, words in survey.choices(element)
    ]
    return Question(element, ELEMENTS[element][1], answers)


def tapped(message: InboundMessage) -> str | None:
    """The reference a message brings back, genuine or not; None where it is no tap on one of these answers."""
    told = message.extra.get("interactive")
    reply = told.get("list_reply") if isinstance(told, dict) else None
    found = reply.get("id") if isinstance(reply, dict) else None
    return found if isinstance(found, str) and survey.is_reference(found) else None


def take(message: InboundMessage, reference: str, now: datetime) -> bool | None:
    """Keep the answer of a tap and count it: True. False where this very message was taken before. None where nothing
    was changed: the answer is forged, late, somebody else's, or not the first to its element."""
    sender = message.sender
    tap = _read(reference, [one for one in (sender.phone, sender.user_id) if one], now)
    if tap is None:
        return None
    name = digest(message.id, 16)
    known = surveys.keep(tap.ticket, tap.element, tap.score, by="chat", actor="reporter", message=name, now=now)
    if known and known.message != name:
        return None
    surveys.touch(tap.ticket, now, tap.asked_on)
    if known:
        return False
    surveys.count_tap(message.id)
    logs.event("survey", ticket=tap.ticket, channel=message.channel)
    return True


def _read(reference: str, addresses: list[str], now: datetime) -> Tap | None:
    on = now.astimezone(UTC).date()
    return SECRETS.accepted(SECRET, lambda secrets: survey.read(reference, addresses, secrets, on))


def sheet(ticket: str, person: Staff, now: datetime) -> dict[str, Any]:
    """What is still to be asked about a case, for whoever asks at the counter or by telephone. Raises Problem."""
    found = casework.visible(ticket, person)
    # Whoever sees the link could answer through it: who has a chat is asked there, and his case has none.
    page = None if found.case.contact else page_path(found.case, now)
    return {"ticket": found.case.ticket, "questions": questions(found), "page": page}


def questions(found: Dossier) -> list[dict[str, Any]]:
    """The case's questions, with the score of those that were answered."""
    given = {
        event.data["element"]: event.data["score"] for event in found.events if event.type == SURVEY and event.data
    }
    return [
        {
            "element": element,
            "title": ELEMENTS[element][0],
            "question": ELEMENTS[element][1],
            "answers": [{"score": score, "text": words} for score, words in survey.choices(element)],
            "score": given.get(element),
        }
        for element in dict.fromkeys((*survey.elements_of(found.case.ticket), *given))
    ]


def page_path(case: Case, now: datetime) -> str:
    """Where the reporter answers by himself, below the API's address."""
    return f"/survei/{survey.page_token(case.ticket, now.astimezone(UTC).date(), SECRETS.current(SECRET))}"


def record(ticket: str, element: str, score: int, person: Staff, now: datetime) -> dict[str, Any]:
    """Keep what a caller or visitor answered. Raises Problem."""
    found = casework.visible(ticket, person)
    casework.check_real(found)
    _without_chat(found)
    _keep(found, element, score, by="desk", actor=person.username, now=now)
    return {"ticket": found.case.ticket, "element": element, "score": score}


def of_page(token: str, now: datetime) -> Dossier | None:
    """The case behind a link, if it is one of ours and still good, and its reporter has no chat to answer in."""
    on = now.astimezone(UTC).date()
    ticket = SECRETS.accepted(SECRET, lambda secrets: survey.read_page(token, secrets, on))
    found = cases.dossier(ticket) if ticket else None
    return found if found and not found.case.series and not found.case.contact else None


def answer_page(found: Dossier, element: str, score: int, now: datetime) -> None:
    """Keep what somebody answered on the page. Raises Problem."""
    _without_chat(found)
    _keep(found, element, score, by="link", actor="reporter", now=now)


def _without_chat(found: Dossier) -> None:
    """Who has a chat answers for himself: nobody answers in his place, by telephone or through a link."""
    if found.case.contact:
        raise Problem(409, "Pelapor aduan ini ditanya langsung melalui percakapannya.", field="ticket")


def _keep(found: Dossier, element: str, score: int, *, by: str, actor: str, now: datetime) -> None:
    if found.case.status != CLOSED:
        raise Problem(409, "Survei baru ditanyakan setelah aduan selesai.", case_status=found.case.status)
    if element not in survey.elements_of(found.case.ticket):
        raise Problem(422, f"element: aduan ini ditanya {' dan '.join(survey.elements_of(found.case.ticket))}.",
                      field="element")  # fmt: skip
    if surveys.keep(found.case.ticket, element, score, by=by, actor=actor, message=None, now=now):
        raise Problem(409, "Pertanyaan ini sudah dijawab; jawaban pertama yang berlaku.", field="element")
    surveys.touch(found.case.ticket, now)
