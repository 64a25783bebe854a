"""Sample cases for the evidence: chosen by a rule anybody can repeat, told without a person.

Of each month: the case closed fastest, the one closed slowest, and of those reopened the one closed slowest; among
equals the first by its number. Answered cases only, as a case closed without a word shows nothing. A secret case is
passed over, and one of which anything was erased; the next one takes its place.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib.complaints.explain import EVENT_NAMES, spoken_date
from chalicelib.complaints.facts import Fact
from chalicelib.complaints.lifecycle import REASONS
from chalicelib.complaints.redaction import redact
from chalicelib.complaints.redaction_names import people
from chalicelib.complaints.rounding import half_up, shown
from chalicelib.complaints.summary import CHANNELS
from chalicelib.desk import casework
from chalicelib.store import cases
from chalicelib.store.cases import Dossier

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

FAST, SLOW, REOPENED = "tercepat", "terlama", "dibuka-kembali"
# So many are kept in case the first ones may not be shown.
SPARE = 8
FILING = {
    "confirmed": "diterima LAPOR!",
    "waiting": "menunggu",
    "held": "ditahan, belum waktunya diteruskan",
    "failed": "gagal",
    "ambiguous": "belum pasti",
}
LABELS = {
    **EVENT_NAMES,
    "wait": "menunggu pelapor",
    "resume": "dilanjutkan",
    "extend": "tenggat diperpanjang",
    "confirmed": "pelapor menyatakan selesai",
    "alert": "peringatan dikirim",
    "alert_acted": "peringatan ditanggapi",
    "acknowledged": "peringatan diterima OPD",
    "lapor_confirmed": "diterima SP4N-LAPOR!",
    "message": "pelapor menulis",
}
# Words that leave the house: what the city answered, and asked.
TOLD = ("respond", "wait")


@dataclass(frozen=True, slots=True)
class Sample:
    """A chosen case."""

    month: str
    why: str
    fact: Fact
    dossier: Dossier


class Sampler:
    """Looks at one fact after the other and keeps the few that may be chosen."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], list[tuple[int, str, Fact]]] = {}

    def look(self, month: str, fact: Fact) -> None:
        """Consider a fact of a month."""
        minutes = fact.minutes.get("close")
        if fact.state != "closed" or minutes is None or fact.answered_at is None:
            return
        for why, rank in ((FAST, minutes), (SLOW, -minutes), (REOPENED, -minutes)):
            if why == REOPENED and not fact.reopens:
                continue
            kept = self._kept.setdefault((month, why), [])
            kept.append((rank, fact.ticket, fact))
            kept.sort(key=lambda one: one[:2])
            del kept[SPARE:]

    def chosen(self) -> Iterator[Sample]:
        """The samples, month by month; no case twice in a month."""
        taken: set[str] = set()
        for (month, why), kept in sorted(self._kept.items()):
            for _, ticket, fact in kept:
                found = None if ticket in taken else cases.dossier(ticket)
                if found is not None and _may_be_shown(found):
                    taken.add(ticket)
                    yield Sample(month, why, fact, found)
                    break


def told(sample: Sample, city: "City") -> str:
    """A sample as Markdown: what was said (masked), and what was done when, by which kind of person."""
    zone, case = ZoneInfo(city.zone), sample.dossier.case
    departments = {one.id: one.short for one in city.departments}
    category = city.category(case.category or "")
    days = half_up(Fraction(sample.fact.minutes["close"], 1440), 2)
    names = _names(sample.dossier)
    lines = [
        f"# {sample.why.replace('-', ' ').capitalize()}, {sample.month}: {case.ticket}",
        "",
        f"- Kanal: {CHANNELS.get(case.channel, case.channel)}",
        f"- Kategori: {category.name if category else '–'}",
        f"- OPD: {departments.get(case.department or '', '–')}",
        f"- Kelurahan: {(case.location or {}).get('kelurahan') or '–'}",
        f"- Diselesaikan dalam {shown(days)} hari kalender",
        "",
        "## Isi (identitas disamarkan)",
        "",
        *_quoted(redact(case.text or "–", names)),
        "",
        "## Linimasa",
        "",
        "| waktu | kejadian | oleh | keterangan |",
        "|---|---|---|---|",
    ]
    for event in casework.timeline(sample.dossier):
        at = datetime.fromisoformat(event["at"]).astimezone(zone)
        label = LABELS.get(event["type"])
        if label is None:
            continue  # the city's own notes and settings
        remark = _remark(event, departments, names)
        lines.append(f"| {spoken_date(at.date())} {at:%H.%M} | {label} | {_who(event.get('actor'))} | {remark} |")
    return "\n".join(lines) + "\n"


def _may_be_shown(found: Dossier) -> bool:
    return not (found.case.secret or found.case.erased or found.case.erased_at)


def _names(found: Dossier) -> list[str]:
    """The reporter, and everybody whom one of the case's texts calls by name."""
    reporter = found.case.reporter or {}
    texts = [found.case.text, *(message.text for message in found.messages)]
    texts += [value for event in found.events for value in (event.data or {}).values() if isinstance(value, str)]
    return people([reporter.get(name) for name in ("name", "handle", "phone")], texts)


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in text.splitlines()] or ["> –"]


def _who(actor: object) -> str:
    return {"reporter": "pelapor", "system": "sistem"}.get(str(actor), "petugas")


def _remark(event: Mapping[str, Any], departments: Mapping[str, str], names: list[str]) -> str:
    data = event.get("data") or {}
    parts = []
    if department := data.get("department"):
        parts.append(departments.get(str(department), str(department)))
    if reason := data.get("reason"):
        parts.append(REASONS.get(str(reason), ""))
    if event["type"] in TOLD and data.get("text"):
        parts.append(redact(str(data["text"]), names))
    # A table's cell is one line, and ends at a bar.
    return " ".join("; ".join(part for part in parts if part).replace("|", "/").split())
