"""Templates become text: one environment, everything in an HTML page escaped."""

from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("templates")


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        auto_reload=False,
    )


def render(template: str, **values: Any) -> str:
    """A template of `templates/` with its values; a name that is missing is an error, not an empty place."""
    return str(_environment().get_template(template).render(**values))
