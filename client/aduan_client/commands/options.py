"""Arguments and options that several commands share. Help texts are keys of the catalogue."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="option.json")]
Ticket = Annotated[str, typer.Argument(metavar="TIKET", help="argument.ticket")]
Limit = Annotated[int, typer.Option("--limit", help="option.limit")]
All = Annotated[bool, typer.Option("--all", help="option.all")]
Cursor = Annotated[str | None, typer.Option("--cursor", help="option.cursor")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="option.yes")]
