"""The one look of every table."""

from rich import box
from rich.table import Table
from rich.text import Text

from aduan_client.formats import clean, one_line
from aduan_client.words import Words

STATUS_STYLE = {
    "received": "yellow",
    "verified": "cyan",
    "assigned": "cyan",
    "in_progress": "blue",
    "responded": "green",
    "closed": "dim",
    "waiting": "magenta",
    "rejected": "red",
    "reopened": "yellow",
}


def table(title: str | None = None) -> Table:
    """An empty table in the house style."""
    return Table(
        box=box.SIMPLE_HEAD,
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        pad_edge=False,
        show_edge=False,
    )


def pairs() -> Table:
    """An empty table of labels and values."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    return grid


def cell(value: object, say: Words, style: str = "") -> Text:
    """A value on one line; a dash for none."""
    text = say("label.none") if value is None or value == "" else one_line(str(value))
    return Text(text, style=style)


def decimal(value: float, say: Words, places: int | None = None) -> str:
    """A number with its marks: `12.345,60`; as many decimals as it has unless `places` says."""
    text = f"{value:,}" if places is None else f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,")) if say.language == "id" else text


def paragraph(value: object, say: Words) -> Text:
    """A value with its line breaks; a dash for none."""
    return Text(clean(str(value)).strip() if value else say("label.none"))


def status(code: object, say: Words) -> Text:
    """A status in words, coloured by how much it waits for somebody."""
    return Text(say.term("status", code), style=STATUS_STYLE.get(str(code), ""))
