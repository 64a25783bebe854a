"""Arguments and options that several commands share. Help texts are keys of the catalogue.

Options have a name in each language, the English (the API's) first and the Indonesian last; both always work and
help shows the one of its language.
"""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="option.json")]
Ticket = Annotated[str, typer.Argument(metavar="TIKET", help="argument.ticket")]
Limit = Annotated[int, typer.Option("--limit", help="option.limit")]
All = Annotated[bool, typer.Option("--all", help="option.all")]
Cursor = Annotated[str | None, typer.Option("--cursor", help="option.cursor")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="option.yes")]

# Changing a case
Version = Annotated[int | None, typer.Option("--version", help="option.case_version")]
Text = Annotated[str | None, typer.Option("--text", "--isi", "-t", help="option.text")]
File = Annotated[Path | None, typer.Option("--file", "--berkas", "-f", help="option.file")]
Note = Annotated[str | None, typer.Option("--note", "--catatan", "-n", help="option.note")]
Department = Annotated[str | None, typer.Option("--department", "--opd", "-d", help="option.department")]
Class = Annotated[str | None, typer.Option("--class", "--klasifikasi", help="option.class")]
Category = Annotated[str | None, typer.Option("--category", "--kategori", help="option.category")]
Reason = Annotated[str | None, typer.Option("--reason", "--alasan", "-r", help="option.reason")]
Anonymous = Annotated[
    bool | None, typer.Option("--anonymous/--not-anonymous", "--anonim/--bukan-anonim", help="option.anonymous")
]
Secret = Annotated[
    bool | None, typer.Option("--secret/--not-secret", "--rahasia/--bukan-rahasia", help="option.secret")
]

# A place
Lat = Annotated[str | None, typer.Option("--lat", metavar="<float>", help="option.lat")]
Lon = Annotated[str | None, typer.Option("--lon", metavar="<float>", help="option.lon")]
Address = Annotated[str | None, typer.Option("--address", "--alamat", help="option.address")]
Kelurahan = Annotated[str | None, typer.Option("--kelurahan", help="option.kelurahan")]

# Choosing cases
Status = Annotated[str | None, typer.Option("--status", help="option.status")]
Channel = Annotated[str | None, typer.Option("--channel", "--kanal", help="option.channel")]
DueBefore = Annotated[str | None, typer.Option("--due-before", "--tenggat-sebelum", help="option.due_before")]
UpdatedAfter = Annotated[str | None, typer.Option("--updated-after", "--berubah-sesudah", help="option.updated_after")]
ReceivedAfter = Annotated[
    str | None, typer.Option("--received-after", "--diterima-sesudah", help="option.received_after")
]
ReceivedBefore = Annotated[
    str | None, typer.Option("--received-before", "--diterima-sebelum", help="option.received_before")
]
Query = Annotated[str | None, typer.Option("--q", "--cari", help="option.q")]
Phone = Annotated[str | None, typer.Option("--phone", "--telepon", help="option.phone")]
