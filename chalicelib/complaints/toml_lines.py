"""On which line of a TOML file does a value stand? `tomllib` reads the values but forgets the lines.

Works on text that tomllib has already accepted, so it may trust the syntax.
"""

import re

Path = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY_PART = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'([^']*)'|([A-Za-z0-9_-]+)")
_KEY = re.compile(rf"[ \t]*(?:{_KEY_PART.pattern})(?:[ \t]*\.[ \t]*(?:{_KEY_PART.pattern}))*[ \t]*")
_TEXT = re.compile(
    r"\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5}|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}\n#]+")


def lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table, key and array element, by its path: `("departments", 2, "email")`."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.found: dict[Path, int] = {}
        self.count: dict[Path, int] = {}

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while self.skip_blank():
            if self.take("[["):
                name = self.resolve(self.key())
                index = self.count.get(name, 0)
                self.count[name] = index + 1
                table = (*name, index)
                self.note(name)
                self.note(table)
                self.take("]]")
            elif self.take("["):
                table = self.resolve(self.key())
                for length in range(1, len(table) + 1):  # a table may be named by one below it alone
                    self.note(table[:length])
                self.take("]")
            else:
                self.pair(table)
        return self.found

    def resolve(self, name: Path) -> Path:
        """A header's path with the index of the current element after each array of tables on the way."""
        path: Path = ()
        for place, part in enumerate(name):
            path = (*path, part)
            if path in self.count and place < len(name) - 1:
                path = (*path, self.count[path] - 1)
        return path

    def pair(self, table: Path) -> None:
        line = self.line()
        path = table
        for part in self.key():
            path = (*path, part)
            self.found.setdefault(path, line)
        self.take("=")
        self.value(path)

    def value(self, path: Path) -> None:
        self.skip_blank()
        self.note(path)
        if self.take("["):
            index = 0
            while self.skip_blank() and not self.take("]"):
                self.value((*path, index))
                index += 1
                self.skip_blank()
                self.take(",")
        elif self.take("{"):
            while self.skip_blank() and not self.take("}"):
                self.pair(path)
                self.skip_blank()
                self.take(",")
        else:
            match = _TEXT.match(self.text, self.at) or _BARE.match(self.text, self.at)
            self.at = match.end() if match else len(self.text)

    def key(self) -> Path:
        match = _KEY.match(self.text, self.at)
        self.at = match.end() if match else len(self.text)
        parts = _KEY_PART.finditer(match[0]) if match else ()
        return tuple(next(form for form in part.groups() if form is not None) for part in parts)

    def take(self, token: str) -> bool:
        found = self.text.startswith(token, self.at)
        self.at += len(token) if found else 0
        return found

    def skip_blank(self) -> bool:
        """Past white space and comments; whether anything is left."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1

    def note(self, path: Path) -> None:
        self.found.setdefault(path, self.line())
