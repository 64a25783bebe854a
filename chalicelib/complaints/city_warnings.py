"""What a city's new configuration does that nobody may want, and that is no error: said before it is applied."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from chalicelib.complaints.explain import CLOCK_NAMES
from chalicelib.complaints.standards import ANY_CLASS, choose

if TYPE_CHECKING:
    from chalicelib.complaints.city import City, Standard

# What of a standard moves due dates, or says whether there is one.
_COUNTED = ("amount", "unit", "start_event", "pause", "extension", "open_cases")


def warnings(old: "City | None", new: "City", today: date) -> list[str]:
    """Each in a sentence: `old` is the configuration in force, if there is one, `today` the city's day."""
    found = list(_gaps(new, today))
    if old is not None:
        found += [*_zone(old, new), *_classes(old, new), *_without(old, new, today), *_edited(old, new, today)]
    return found


def _gaps(new: "City", today: date) -> Iterator[str]:
    """Days after a standard's last one on which a case would get no such clock. What is past is not told of."""
    for row in new.standards:
        if row.valid_to is None:
            continue
        first = row.valid_to + timedelta(days=1)
        ended = [name for name in _of(row, new) if choose(new, name, row.clock, row.valid_to, row.valid_to) is row]
        lacking = [name for name in ended if choose(new, name, row.clock, first, first) is None]
        others = (one for one in new.standards if one.clock == row.clock and one.class_ in (ANY_CLASS, *lacking))
        until = min((one.valid_from for one in others if one.valid_from > first), default=None)
        if lacking and (until is None or until > today):
            when = f"sejak {first}" + (f" sampai sebelum {until}" if until else "")
            yield (
                f"{_path(row)}: berakhir {row.valid_to} tanpa pengganti; aduan {', '.join(lacking)} yang diterima"
                f" {when} tidak punya tenggat {CLOCK_NAMES[row.clock]}."
            )


def _without(old: "City", new: "City", today: date) -> Iterator[str]:
    """Clocks that cases of today have and would not have any more, because their standard is gone (or begins later)."""
    ending = {(one.clock, one.class_) for one in new.standards if one.valid_to}  # of those _gaps tells
    for clock, word in CLOCK_NAMES.items():
        gone = [
            name
            for name in old.classes
            if name in new.classes
            and choose(old, name, clock, today, today)
            and choose(new, name, clock, today, today) is None
            and not ending & {(clock, name), (clock, ANY_CLASS)}
        ]
        if gone:
            yield f"standards: tidak ada lagi standar {word} untuk {', '.join(gone)}; aduan kehilangan tenggat itu."


def _edited(old: "City", new: "City", today: date) -> Iterator[str]:
    """Standards in force that are changed in their place: every open case feels that at once."""
    before = {_path(one): one for one in old.standards}
    edited = [
        path
        for row in new.standards
        if row.valid_from <= today
        and (was := before.get(path := _path(row)))
        and any(getattr(was, name) != getattr(row, name) for name in _COUNTED)
    ]
    if edited:
        yield (
            f"{', '.join(edited)}: diubah selagi berlaku; tenggat semua aduan terbuka yang memakainya ikut berubah."
            " Bila hanya untuk aduan baru: akhiri baris itu dengan valid_to dan tambahkan baris baru."
        )


def _classes(old: "City", new: "City") -> Iterator[str]:
    gone = [name for name in old.classes if name not in new.classes]
    if gone:
        yield (
            f"levels: kelas {', '.join(gone)} dihapus; aduan terbuka di kelas itu memakai standar * atau tidak punya"
            " tenggat lagi. Ubah kelasnya dahulu."
        )


def _zone(old: "City", new: "City") -> Iterator[str]:
    if old.zone != new.zone:
        yield f"zone: {old.zone} menjadi {new.zone}; semua tenggat terbuka dan batas hari dihitung menurut zona baru."


def _of(row: "Standard", city: "City") -> tuple[str, ...]:
    """The classes a row may be chosen for."""
    return city.classes if row.class_ == ANY_CLASS else (row.class_,)


def _path(row: "Standard") -> str:
    return f"standards.{row.class_}/{row.clock}/{row.valid_from}"
