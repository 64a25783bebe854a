"""Proof of alerts over HTTP: who was told what and when, and what became of it."""

from datetime import UTC, date, datetime, timedelta

from chalice.app import Blueprint, Response

from chalicelib.api import answers
from chalicelib.api.errors import problems
from chalicelib.api.queries import cursor, day, limit, parameters
from chalicelib.api.staff import authorizer, caller

alerts = Blueprint(__name__)

# Without `from`: the last month; of a case, everything.
USUAL_DAYS = 31
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@alerts.route("/v1/alerts", methods=["GET"], authorizer=authorizer)
@problems
def listed() -> Response:
    """A page of messages to officials, the newest first."""
    from chalicelib.desk import alert_log, due_dates

    request = alerts.current_request
    person = caller(request)
    query = parameters(request)
    calendar = due_dates.city_and_calendars()[1].of()
    today = calendar.date_of(datetime.now(UTC))
    ticket = query.get("ticket")
    last = day(query, "to", LAST if ticket else today + timedelta(days=1))
    wanted = alert_log.Wanted(
        since=calendar.midnight(day(query, "from", FIRST if ticket else last - timedelta(days=USUAL_DAYS))),
        until=calendar.midnight(last + timedelta(days=1)),
        ticket=ticket,
        state=query.get("state"),
    )
    items, following = alert_log.listed(wanted, person, limit=limit(query), cursor=cursor(query))
    return answers.json({"items": items, "next": following})
