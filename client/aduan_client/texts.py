"""Longer texts: from an option, a file, standard input or the person's editor."""

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aduan_client.errors import ClientError, UsageError

EDITORS = ("nano", "vi", "notepad")


def text_of(
    text: str | None, file: Path | None, hint: str, *, needed: bool = True, missing: str = "error.text_missing"
) -> str | None:
    """The text given by an option or by `--file` (`-` is standard input), else written in an editor.

    `hint` heads the editor's page and is not part of the text. UsageError if there is none although it is needed;
    `missing` is the key of its sentence, which names the option that the text is given by.
    """
    if text is not None and file is not None:
        raise UsageError("error.text_or_file")
    if text is None and file is not None:
        text = sys.stdin.read() if str(file) == "-" else read(file)
    if text is None and needed:
        if not sys.stdin.isatty():
            raise UsageError(missing)
        text = edited(hint, os.environ)
    text = text.strip() if text is not None else None
    if needed and not text:
        raise UsageError("error.text_empty")
    return text


def read(file: Path) -> str:
    """A text file; UsageError if it cannot be read or is not UTF-8."""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("error.not_utf8", path=file) from None
    except OSError:
        raise UsageError("error.file", path=file) from None


def edited(hint: str, environ: Mapping[str, str]) -> str:
    """What a person wrote in an editor, without the lines of the hint. ClientError if the editor failed."""
    command = environ.get("VISUAL") or environ.get("EDITOR") or next(filter(shutil.which, EDITORS), "")
    if not command:
        raise UsageError("error.no_editor")
    # In a folder of its own that only its owner can enter: the text is about a citizen.
    with tempfile.TemporaryDirectory(prefix="aduan-") as folder:
        page = Path(folder) / "aduan.txt"
        page.write_text("\n" + "".join(f"# {line}\n" for line in hint.splitlines()), "utf-8")
        try:
            # The person's own editor, chosen by the person's own environment.
            subprocess.run([*shlex.split(command), str(page)], check=True)  # noqa: S603
        except (OSError, ValueError, subprocess.CalledProcessError):
            raise ClientError("error.editor", name=command) from None
        lines = read(page).splitlines()
    return "\n".join(line for line in lines if not line.startswith("# ")).strip()
