"""`aduan survei TICKET`: the satisfaction survey at the counter or by telephone (Permenpan-RB 14/2017)."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from aduan_client.commands.options import AsJson, Ticket
from aduan_client.commands.typed import ticket_of
from aduan_client.errors import UsageError
from aduan_client.output import note, print_json, show
from aduan_client.run import Run, ask, run_of

if TYPE_CHECKING:
    from aduan_client.api import Api

SCORES = ("1", "2", "3", "4")


def survey(
    ctx: typer.Context,
    ticket: Ticket,
    element: Annotated[str | None, typer.Option("--element", "--unsur", help="option.element")] = None,
    score: Annotated[int | None, typer.Option("--score", "--nilai", min=1, max=4, help="option.score")] = None,
    link: Annotated[bool, typer.Option("--link", "--tautan", help="option.survey_link")] = False,
    as_json: AsJson = False,
) -> None:
    """Ask a reporter what he thinks, one question after the other, or send one answer, or show the link to the page."""
    run = run_of(ctx)
    if (element is None) != (score is None):
        raise UsageError("error.element_and_score")
    profile = run.profile()
    api = run.api(profile)
    known = ticket_of(ticket)
    if element is not None and score is not None:
        done = [_send(api, known, element.strip().upper(), score)]
    else:
        sheet = api.about(known, "survey")
        if link:
            if not sheet["page"]:
                raise UsageError("error.asked_in_chat")
            address = profile.api.rstrip("/") + str(sheet["page"])
            print_json({"ticket": known, "page": address}) if as_json else show(address)
            return
        if as_json:
            print_json(sheet)
            return
        done = _asked(api, known, sheet, run)
    if as_json:
        print_json(done[0])
    elif done:
        show(run.say("done.surveyed", ticket=known, count=len(done)))
    else:
        note(run.say("label.nothing_to_ask"))


def _asked(api: "Api", ticket: str, sheet: dict[str, Any], run: Run) -> list[Any]:
    """Put each question that is not answered yet; an empty line leaves one out."""
    done = []
    for one in sheet["questions"]:
        if one["score"] is not None:
            continue
        note(f"\n{one['question']}")
        for answer in one["answers"]:
            note(f"  {answer['score']}  {answer['text']}")
        typed = ask(run.say("ask.score"))
        if typed is None:
            raise UsageError("error.no_survey_answer")
        if typed == "":
            continue
        if typed not in SCORES:
            raise UsageError("error.score")
        done.append(_send(api, ticket, one["element"], int(typed)))
    return done


def _send(api: "Api", ticket: str, element: str, score: int) -> Any:
    return api.action(ticket, "survey", {"element": element, "score": score})
