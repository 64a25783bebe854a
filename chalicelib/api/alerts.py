"""Proof of alerts over HTTP: who was told what and when, and what became of it."""

from datetime import UTC, date, datetime, timedelta

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import cursor, limit, parameters
from chalicelib.api.staff import authorizer, caller

alerts = Blueprint(__name__)

# Without `from`: the last month; of a case, everything.
USUAL_DAYS = 31
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@alerts.route("/v1/alerts", methods=["GET"], authorizer=authorizer)
@problems
def listed() -> Response:
    """A page of messages to officials, the newest first."""
    from chalicelib.complaints.calendar import Calendars
    from chalicelib.desk import alert_log
    from chalicelib.problems import Problem
    from chalicelib.store import cities

    request = alerts.current_request
    person = caller(request)
    query = parameters(request)
    calendar = Calendars(cities.current()).of()
    today = calendar.date_of(datetime.now(UTC))

    def day(name: str, usual: date) -> date:
        given = query.get(name)
        try:
            # Before the first and after the last year of all, no time has a UTC.
            found = date.fromisoformat(given) if given else usual
            if len(given or "2026-11-21") == len("2026-11-21") and FIRST <= found <= LAST:
                return found
        except ValueError:
            pass
        raise Problem(400, f"{name}: tanggal seperti 2026-11-21.", field=name)

    ticket = query.get("ticket")
    last = day("to", LAST if ticket else today + timedelta(days=1))
    wanted = alert_log.Wanted(
        since=calendar.midnight(day("from", FIRST if ticket else last - timedelta(days=USUAL_DAYS))),
        until=calendar.midnight(last + timedelta(days=1)),
        ticket=ticket,
        state=query.get("state"),
    )
    items, following = alert_log.listed(wanted, person, limit=limit(query), cursor=cursor(query))
    return answers.json({"items": items, "next": following})
