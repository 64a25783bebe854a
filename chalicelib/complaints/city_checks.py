"""Checks of a city's configuration that need more than one value at a time."""

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from chalicelib.complaints.shapes import Path, Problem

if TYPE_CHECKING:
    from chalicelib.complaints.city import City, Hours, Standard


def problems(city: "City") -> list[Problem]:
    """Everything that does not fit together. Values the shape check has already refused are fillers
    ("" and the like) and are passed over."""
    return [problem for check in CHECKS for problem in check(city)]


def unique_names(city: "City") -> Iterator[Problem]:
    """No id twice, no kelurahan twice, no date twice with one kind, no alert step twice."""
    yield from _repeated("departments", "id", (one.id for one in city.departments))
    yield from _repeated("categories", "id", (one.id for one in city.categories))
    yield from _repeated("kecamatan", "code", (one.code for one in city.kecamatan))
    days = (f"{day.date} {day.kind}" if day.kind else "" for day in city.holidays)
    yield from _repeated("holidays", "date", days)
    steps = (f"{step.clock} {step.percent}%" if step.clock else "" for step in city.alerts)
    yield from _repeated("alerts", "percent", steps)
    seen: dict[str, str] = {}
    for place, kecamatan in enumerate(city.kecamatan):
        for at, name in enumerate(kecamatan.kelurahan):
            if name and name.casefold() in seen:
                where: Path = ("kecamatan", place, "kelurahan", at)
                yield Problem(where, f"kelurahan {name} sudah ada di kecamatan {seen[name.casefold()]}")
            seen[name.casefold()] = kecamatan.name


def known_names(city: "City") -> Iterator[Problem]:
    """Every department, class, category and kelurahan that is referred to exists."""
    departments = {one.id for one in city.departments}
    categories = {one.id for one in city.categories}
    kelurahan = {name for one in city.kecamatan for name in one.kelurahan}
    for at, category in enumerate(city.categories):
        yield from _unknown(("categories", at, "department"), category.department, departments, "departemen")
        yield from _unknown(("categories", at, "class"), category.class_, city.classes, "kelas")
    for at, standard in enumerate(city.standards):
        yield from _unknown(("standards", at, "class"), standard.class_, ("*", *city.classes), "kelas")
    codes = city.lapor.codes
    for key, table, known, word in (
        ("classification", codes.classification, city.classes, "kelas"),
        ("category", codes.category, categories, "kategori"),
        ("disposition", codes.disposition, departments, "departemen"),
    ):
        for name in table:
            yield from _unknown(("lapor", "codes", key, name), name, known, word)
    for at, name in enumerate(city.alerting.emergency_categories):
        yield from _unknown(("alerting", "emergency_categories", at), name, categories, "kategori")
    for at, point in enumerate(city.kelurahan_points):
        yield from _unknown(("kelurahan_points", at, "kelurahan"), point.kelurahan, kelurahan, "kelurahan")
    for name in city.population:
        yield from _unknown(("population", name), name, kelurahan, "kelurahan")


def lapor_codes(city: "City") -> Iterator[Problem]:
    """A case that is filed by itself needs the LAPOR! classification of its class."""
    if city.lapor.forward in ("on_receipt", "on_verified"):
        for name in city.classes:
            if name and name not in city.lapor.codes.classification:
                yield Problem(("lapor", "codes", "classification"), f"kelas {name} belum punya kode LAPOR!")


def levels(city: "City") -> Iterator[Problem]:
    """A city's own levels are new names, each once."""
    for at, name in enumerate(city.levels):
        if name and name in city.classes[: len(city.classes) - len(city.levels) + at]:
            yield Problem(("levels", at), f"kelas {name} sudah ada")


def hours(city: "City") -> Iterator[Problem]:
    """The spans of a day go forward and do not overlap; the city and each department work at all."""
    yield from _week(("hours",), city.hours)
    for at, department in enumerate(city.departments):
        if department.hours:
            yield from _week(("departments", at, "hours"), department.hours)
    for at, period in enumerate(city.hours_periods):
        yield from _spans(("hours_periods", at, "hours"), period.hours)
        if period.last < period.first:
            yield Problem(("hours_periods", at, "last"), "lebih awal daripada first")
    for (_, one), (at, other) in combinations(enumerate(city.hours_periods), 2):
        if one.first <= other.last and other.first <= one.last:
            yield Problem(("hours_periods", at), f"tumpang tindih dengan {one.name}")
    for at, day in enumerate(city.holidays):
        yield from _forward(("holidays", at, "hours"), day.hours)
        if day.hours and day.kind and day.kind != "opening":
            yield Problem(("holidays", at, "hours"), "hanya opening yang punya jam")


def standards(city: "City") -> Iterator[Problem]:
    """For a class and a clock at most one standard applies on any day."""
    for at, standard in enumerate(city.standards):
        if standard.valid_to and standard.valid_to < standard.valid_from:
            yield Problem(("standards", at, "valid_to"), "lebih awal daripada valid_from")
    for (_, one), (at, other) in combinations(enumerate(city.standards), 2):
        if _same_clock(one, other) and _overlap(one, other):
            what = f"{other.class_}/{other.clock}"
            message = f"standar {what} tumpang tindih dengan yang berlaku sejak {one.valid_from}"
            yield Problem(("standards", at), message)


def alerting(city: "City") -> Iterator[Problem]:
    """Alerts can reach somebody, and there is a time at which they may."""
    quiet = city.alerting.quiet_hours
    yield from _forward(("alerting", "quiet_hours"), quiet)
    weeks = [("hours", city.hours), *((f"departments.{one.id}", one.hours) for one in city.departments if one.hours)]
    weeks += [(f"hours_periods.{one.name}", one.hours) for one in city.hours_periods]
    if quiet and all(quiet):
        for name, week in weeks:
            spans = [span for day in week.__struct_fields__ for span in getattr(week, day)]
            if spans and all(spans) and not any(_outside(span, quiet) for span in spans):
                yield Problem(("alerting", "quiet_hours"), f"menutup seluruh jam kerja ({name})")
    for at, contact in enumerate(city.contacts):
        if contact.role and contact.email is None and contact.whatsapp is None:
            yield Problem(("contacts", at), "perlu email atau whatsapp")
    if city.contacts and "admin" not in {contact.role for contact in city.contacts}:
        yield Problem(("contacts",), "perlu satu kontak admin: kepadanya sampai apa yang tidak punya alamat lain")


CHECKS = (unique_names, known_names, lapor_codes, levels, hours, standards, alerting)


def _repeated(section: str, key: str, names: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, name in enumerate(names):
        if name and name in seen:
            yield Problem((section, at, key), f"{name} sudah dipakai")
        seen.add(name)


def _unknown(path: Path, name: str, known: Iterable[str], word: str) -> Iterator[Problem]:
    if name and name not in known:
        yield Problem(path, f"{word} {name} tidak ada")


def _week(path: Path, week: "Hours") -> Iterator[Problem]:
    yield from _spans(path, week)
    if not any(getattr(week, day) for day in week.__struct_fields__):
        yield Problem(path, "tidak ada jam kerja sama sekali")


def _spans(path: Path, week: "Hours") -> Iterator[Problem]:
    for day in week.__struct_fields__:
        yield from _forward((*path, day), getattr(week, day))


def _forward(path: Path, spans: Iterable[str]) -> Iterator[Problem]:
    previous = ""
    for at, span in enumerate(spans):
        start, end = span[:5], span[6:]  # "07:30" compares as it counts
        if span and start >= end:
            yield Problem((*path, at), "jam selesai harus sesudah jam mulai")
        elif start < previous:
            yield Problem((*path, at), "tumpang tindih dengan jam sebelumnya")
        previous = max(previous, end)


def _outside(span: str, quiet: Iterable[str]) -> bool:
    """Whether some of a span lies outside the others, which are in order."""
    start, end = span[:5], span[6:]
    for other in quiet:
        if other[:5] <= start < other[6:]:
            start = other[6:]
    return start < end


def _same_clock(one: "Standard", other: "Standard") -> bool:
    return bool(one.clock and one.class_) and (one.class_, one.clock) == (other.class_, other.clock)


def _overlap(one: "Standard", other: "Standard") -> bool:
    return (other.valid_to is None or one.valid_from <= other.valid_to) and (
        one.valid_to is None or other.valid_from <= one.valid_to
    )
