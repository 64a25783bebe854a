"""What stands around every view: errors become problem documents and are logged without their texts.

A decorator and not Chalice's middleware: Chalice turns a view's exception into its own 500 answer, with the traceback
and whatever the exception quotes in the log, before any middleware sees it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from chalice.app import Response

from chalicelib import logs
from chalicelib.api import answers
from chalicelib.desk.intake import Overloaded
from chalicelib.problems import Problem
from chalicelib.secrets import SecretMissing
from chalicelib.settings import SettingsMissing
from chalicelib.store.cities import NoCity
from chalicelib.store.cursors import BadCursor
from chalicelib.store.transaction import StoreUnavailable

# Faults of the deployment or of the moment: the caller does right to come again.
NOT_NOW = (Overloaded, StoreUnavailable, NoCity, SecretMissing, SettingsMissing)

Arguments = ParamSpec("Arguments")


def problems(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """The view, answering problem+json where it raises."""

    @wraps(view)
    def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except Problem as error:
            return answers.problem(error)
        except BadCursor:
            return answers.problem(Problem(400, "cursor: bukan dari daftar ini."))
        except NOT_NOW as error:
            logs.failure("not_available", error, function=view.__name__)
            return answers.problem(Problem(503, "Layanan sedang tidak dapat menerima ini; silakan coba lagi."))
        except Exception as error:
            logs.failure("request_failed", error, function=view.__name__)
            return answers.problem(Problem(500, "Ada yang salah di pihak kami; sudah tercatat."))

    return guarded


# What Chalice refuses before any view is called; the rest of its answers are the views' own.
REFUSALS = {
    400: "Permintaan tidak dapat dibaca.",
    405: "Metode ini tidak ada di alamat itu.",
    415: "Isi permintaan harus application/json.",
}


def as_problem(request: Any, get_response: Callable[[Any], Response]) -> Response:
    """Middleware: Chalice's own refusals, which are `{"Code", "Message"}`, in the API's one error shape."""
    answer = get_response(request)
    if answer.status_code < 400 or not isinstance(answer.body, dict):  # ours are encoded already
        return answer
    status = answer.status_code if answer.status_code in REFUSALS else 500
    refusal = answers.problem(Problem(status, REFUSALS.get(status, "Ada yang salah di pihak kami; sudah tercatat.")))
    refusal.headers.update({name: value for name, value in answer.headers.items() if name == "Allow"})
    return refusal
