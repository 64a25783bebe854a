"""Build a msgspec Struct out of plain data and report every problem, not only the first.

msgspec stops at the first error; whoever edits a file of 600 lines wants to see them all at once.
"""

import re
import types
from datetime import date, datetime
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

import msgspec

Path = tuple[str | int, ...]
T = TypeVar("T")
_UNIONS = (Union, types.UnionType)  # `Annotated[…] | None` is the former, `int | None` the latter


class Problem(msgspec.Struct, frozen=True):
    """What is wrong (an Indonesian sentence), and where."""

    path: Path
    message: str


# msgspec's sentence -> ours. `…` is filled with what the parentheses caught.
_TRANSLATIONS = (
    (r"Expected `(\w+)(?: \| null)?`, got `(\w+)(?: \| null)?`", "harus {0}, bukan {1}"),
    (r"Expected `str` of length >= 1", "tidak boleh kosong"),
    (r"Expected `str` of length (>=|<=) (\d+)", "panjang teks harus {0} {1}"),
    (r"Expected `array` of length >= (\d+)", "perlu sedikitnya {0} butir"),
    (r"Expected `array` of length <= (\d+)", "paling banyak {0} butir"),
    (r"Expected `(?:int|float)` (>=|<=) (-?\d+)", "harus {0} {1}"),
    (r"Invalid RFC3339 encoded datetime", "bukan waktu (2026-11-21T09:00:00+07:00)"),
    (r"Expected `datetime` with a timezone component", "waktu perlu zona, misalnya +07:00"),
    (r"Expected `(?:int|float)` (>=|<=) (-?[\d.]+)", "harus {0} {1}"),
    (r"Invalid RFC3339 encoded date", "bukan tanggal (YYYY-MM-DD)"),
)
_KINDS = {
    "str": "teks",
    "int": "bilangan bulat",
    "float": "bilangan pecahan",
    "bool": "true/false",
    "array": "daftar",
    "object": "tabel",
    "date": "tanggal",
    "datetime": "waktu",
    "null": "kosong",
}
# A time to the minute, as people and browsers' forms write it; msgspec wants its seconds.
_TO_THE_MINUTE = re.compile(r"(\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2})([Zz]|[+-]\d{2}:?\d{2})")
LONGEST_QUOTED = 80
_FILLERS: dict[Any, Any] = {str: "", int: 0, float: 0.0, bool: False, date: date.min, dict: {}, tuple: ()}


def build(kind: type[T], data: object, path: Path, problems: list[Problem]) -> T:
    """The Struct `kind` out of plain data. Problems are appended; where there are any, the result has
    harmless fillers in their place, good for further checks and nothing else."""
    return _build(kind, data, path, problems)  # type: ignore[no-any-return]  # _build returns what kind says


def _build(kind: Any, data: object, path: Path, problems: list[Problem]) -> Any:
    if get_origin(kind) is Annotated:
        return _annotated(kind, data, path, problems)
    if get_origin(kind) in _UNIONS:
        if data is None:
            return None
        return _build(next(one for one in get_args(kind) if one is not type(None)), data, path, problems)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind, data, path, problems)
    if get_origin(kind) in (tuple, dict):
        return _collection(kind, data, path, problems)
    return _plain(kind, data, path, problems)


def _collection(kind: Any, data: object, path: Path, problems: list[Problem]) -> Any:
    if get_origin(kind) is tuple and isinstance(data, list | tuple):
        return tuple(_build(get_args(kind)[0], one, (*path, at), problems) for at, one in enumerate(data))
    if get_origin(kind) is dict and isinstance(data, dict):
        return {key: _build(get_args(kind)[1], one, (*path, key), problems) for key, one in data.items()}
    return _plain(kind, data, path, problems)


def _annotated(kind: Any, data: object, path: Path, problems: list[Problem]) -> Any:
    inner = get_args(kind)[0]
    if get_origin(inner) is tuple and isinstance(data, list | tuple):
        # The elements one by one, then the length by itself.
        built = _build(inner, data, path, problems)
        _plain(Annotated[tuple[Any, ...], *get_args(kind)[1:]], data, path, problems)
        return built
    return _plain(kind, data, path, problems)


def _struct(kind: type[msgspec.Struct], data: object, path: Path, problems: list[Problem]) -> Any:
    if not isinstance(data, dict):
        _plain(dict[str, Any], data, path, problems)
        return _filler(kind)
    values: dict[str, Any] = {}
    fields = msgspec.structs.fields(kind)
    for one in fields:
        if one.encode_name in data:
            values[one.name] = _build(one.type, data[one.encode_name], (*path, one.encode_name), problems)
        elif one.required:
            problems.append(Problem((*path, one.encode_name), "wajib diisi"))
            values[one.name] = _filler(one.type)
    known = {one.encode_name for one in fields}
    problems.extend(Problem((*path, key), "kunci tidak dikenal") for key in data if key not in known)
    return kind(**values)


def _plain(kind: Any, data: object, path: Path, problems: list[Problem]) -> Any:
    if isinstance(data, str) and datetime in (kind, *get_args(kind)[:1]):
        data = _TO_THE_MINUTE.sub(r"\1:00\2", data) if _TO_THE_MINUTE.fullmatch(data) else data
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        problems.append(Problem(path, _sentence(str(error).split(" - at ")[0], kind, data)))
        return _filler(kind)


def _filler(kind: Any) -> Any:
    if get_origin(kind) is Annotated:
        return _filler(get_args(kind)[0])
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{one.name: _filler(one.type) for one in msgspec.structs.fields(kind) if one.required})
    return _FILLERS.get(get_origin(kind) or kind, "")


def _sentence(said: str, kind: Any, data: object) -> str:
    choices = get_args(kind)
    if said.startswith("Invalid enum value"):
        return f"{_quoted(data)} tidak dikenal; pilih salah satu dari {', '.join(choices)}"
    if "matching regex" in said:
        if isinstance(data, str) and "\0" in data:
            return "tidak boleh berisi NUL (U+0000)"
        if isinstance(data, str) and not data.strip():
            return "tidak boleh kosong"
        return f"{_quoted(data)} tidak sesuai pola {said.split('matching regex ')[1]}"
    translated = (
        ours.format(*(_KINDS.get(word, word) for word in match.groups()))
        for pattern, ours in _TRANSLATIONS
        if (match := re.match(pattern, said))
    )
    return next(translated, said)  # rather English than nothing


def _quoted(data: object) -> str:
    """What was given, as far as it is needed to be found again."""
    text = repr(data)
    return text if len(text) <= LONGEST_QUOTED else text[: LONGEST_QUOTED - 1] + "…"
