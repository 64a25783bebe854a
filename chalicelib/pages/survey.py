"""The survey as a page: the questions of one case, each answered once. No script, nothing loaded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.pages.rendering import render
from chalicelib.pages.tap import style


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyPage:
    """One state of the page. `questions`: {element, title, question, answers[{score, text}], score or None}."""

    title: str
    ticket: str = ""
    questions: Sequence[Mapping[str, Any]] = ()
    open: bool = False


def html(page: SurveyPage) -> str:
    """The page."""
    return render("survey.html", page=page, style=style())
