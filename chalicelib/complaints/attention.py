"""What needs a decision: rules as data over a period's rollup, the heaviest first.

The limits are ours, not the law's: each says when a number is too large to be chance or to be left alone.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from msgspec import Struct

from chalicelib.complaints.ikm import BANDS, ELEMENTS, Index
from chalicelib.complaints.rollup import UNKNOWN, Rollup
from chalicelib.complaints.rounding import half_up, shown
from chalicelib.complaints.summary_shapes import Decision

GOOD = next(least for least, quality, _ in BANDS if quality == "B")


class Names(Protocol):
    """What ids are called."""

    def department(self, id_: str) -> str: ...

    def place(self, id_: str) -> str: ...


class Rule(Struct, frozen=True, kw_only=True):
    """When something needs a decision, and whose."""

    id: str
    weight: int
    """The heavier comes first; within a rule, the larger share."""
    numerator: str
    """A measure of the rollup."""
    denominator: str = ""
    """Without one the number itself counts."""
    missing: bool = False
    """What counts is what is missing: denominator less numerator."""
    limit: Decimal
    """More than so many percent; without a denominator more than so many cases."""
    least: int = 1
    """Of so few nothing follows."""
    dimension: str = "all"
    found: str
    """`{name}` is the part's."""
    ask: str


RULES = (
    Rule(
        id="ambiguous",
        weight=90,
        numerator="lapor:ambiguous",
        limit=Decimal(0),
        found="Ada penerusan ke SP4N-LAPOR! yang tidak diketahui sampai atau tidak",
        ask="Meja aduan memutuskan satu per satu: sudah masuk, atau kirim ulang.",
    ),
    Rule(
        id="lapor_failed",
        weight=85,
        numerator="lapor:failed",
        limit=Decimal(0),
        found="Ada aduan yang gagal diteruskan ke SP4N-LAPOR!",
        ask="Admin melihat sebabnya dan meneruskannya lagi.",
    ),
    Rule(
        id="overdue_department",
        weight=80,
        numerator="met:resolution",
        denominator="judged:resolution",
        missing=True,
        limit=Decimal(20),
        least=5,
        dimension="department",
        found="Tenggat penyelesaian terlewat di {name}",
        ask="Sekda meminta rencana penyelesaian dari kepala {name}.",
    ),
    Rule(
        id="not_followed_up",
        weight=75,
        numerator="followed_up",
        denominator="counted",
        missing=True,
        limit=Decimal(10),
        least=5,
        dimension="department",
        found="Belum ditindaklanjuti oleh {name}",
        ask="Kepala {name} menugaskan petugas pekan ini.",
    ),
    Rule(
        id="reopened",
        weight=60,
        numerator="reopened",
        denominator="finished",
        limit=Decimal(5),
        least=20,
        found="Banyak aduan dibuka kembali setelah dijawab",
        ask="Mutu jawaban diperiksa; penutupan oleh pihak kedua dipertimbangkan.",
    ),
    Rule(
        id="last_hour",
        weight=55,
        numerator="last_hour",
        denominator="with_deadline",
        limit=Decimal(10),
        least=20,
        found="Banyak aduan diselesaikan pada jam terakhir sebelum tenggat",
        ask="Inspektorat mencontoh beberapa untuk memastikan hasilnya nyata.",
    ),
    Rule(
        id="transferred",
        weight=50,
        numerator="transferred",
        denominator="assigned",
        limit=Decimal(15),
        least=20,
        found="Banyak aduan berpindah OPD",
        ask="Pembagian tugas OPD pada konfigurasi kota ditinjau.",
    ),
    Rule(
        id="paused",
        weight=45,
        numerator="paused_minutes",
        denominator="life_minutes",
        limit=Decimal(25),
        least=1440,
        found="Sebagian besar waktu habis menunggu pelapor",
        ask="Pertanyaan kepada pelapor dibuat sekali dan lengkap.",
    ),
    Rule(
        id="alerts",
        weight=40,
        numerator="acts",
        denominator="alerts",
        missing=True,
        limit=Decimal(50),
        least=10,
        found="Kebanyakan peringatan tidak ditanggapi",
        ask="Penerima peringatan di tiap OPD diperbarui.",
    ),
    Rule(
        id="drift",
        weight=35,
        numerator="drift",
        limit=Decimal(0),
        found="Ada aduan yang statusnya di SP4N-LAPOR! lain daripada di kota",
        ask="Meja aduan menyamakan statusnya.",
    ),
    Rule(
        id="repeat_place",
        weight=30,
        numerator="received",
        limit=Decimal(4),
        dimension="place",
        found="Berulang di tempat yang sama: {name}",
        ask="OPD terkait mencari sebabnya, bukan hanya menjawab tiap aduan.",
    ),
)
ELEMENT_LEAST = 30
ELEMENT_WEIGHT, SAMPLE_WEIGHT = 70, 20
MOST_OF_A_RULE = 3
"""Of one rule: the worst of its parts; a list of all OPDs is a table, not a decision."""


def decisions(rollup: Rollup, index: Index, sample: int, names: Names) -> tuple[Decision, ...]:
    """Everything that needs a decision, the heaviest first."""
    found: list[Decision] = []
    for rule in RULES:
        hits = sorted(_hits(rule, rollup), key=lambda hit: (-hit.share, -hit.numerator, hit.part))
        found += [_decision(rule, hit, names) for hit in hits[:MOST_OF_A_RULE]]
    found += [*_elements(index), *_sample(index, sample)]
    return tuple(sorted(found, key=lambda one: -one.weight))


class _Hit(Struct, frozen=True, kw_only=True):
    part: str
    numerator: int
    denominator: int | None
    share: Fraction


def _hits(rule: Rule, rollup: Rollup) -> Iterator[_Hit]:
    for part, found in rollup.counts.get(rule.dimension, {}).items():
        if rule.dimension == "department" and part == UNKNOWN:
            continue  # nobody's: the desk's own work, counted as verification
        if rule.dimension == "place" and part.endswith("|"):
            continue  # a whole kelurahan is no place that somebody can go to and mend
        numerator = found.get(rule.numerator, 0)
        if not rule.denominator:
            if numerator > rule.limit:
                yield _Hit(part=part, numerator=numerator, denominator=None, share=Fraction(numerator))
            continue
        denominator = found.get(rule.denominator, 0)
        if rule.missing:
            numerator = denominator - numerator
        if denominator >= rule.least and 100 * numerator > rule.limit * denominator:
            share = Fraction(100 * numerator, denominator)
            yield _Hit(part=part, numerator=numerator, denominator=denominator, share=share)


_MINUTES = {"paused_minutes"}
_TOLD_AS: dict[str, Callable[[str, Names], str]] = {
    "all": lambda part, names: part,
    "department": lambda part, names: names.department(part),
    "place": lambda part, names: names.place(part),
}


def _decision(rule: Rule, hit: _Hit, names: Names) -> Decision:
    name = _TOLD_AS[rule.dimension](hit.part, names)
    if hit.denominator is None:
        evidence = f"{shown(hit.numerator)} aduan"
    else:
        percent = shown(half_up(hit.share, 1))
        divided = "menit" if rule.numerator in _MINUTES else ""
        evidence = f"{percent} % ({shown(hit.numerator)}/{shown(hit.denominator)}{' ' + divided if divided else ''})"
    return Decision(
        rule=rule.id,
        weight=rule.weight,
        found=rule.found.format(name=name),
        evidence=evidence,
        ask=rule.ask.format(name=name),
    )


def _elements(index: Index) -> Iterator[Decision]:
    """Elements of the IKM that are not "baik", the worst first."""
    low = [
        (average, name)
        for name, average in index.averages.items()
        if average is not None and average * 25 < GOOD and index.answers[name] >= ELEMENT_LEAST
    ]
    for average, name in sorted(low)[:MOST_OF_A_RULE]:
        yield Decision(
            rule="ikm_element",
            weight=ELEMENT_WEIGHT,
            found=f"Unsur IKM {name} {ELEMENTS[name][0]} di bawah mutu B",
            evidence=f"NRR {shown(average)} (n = {shown(index.answers[name])})",
            ask="Penanggung jawab unsur itu menyusun satu perbaikan bulan ini.",
        )


def _sample(index: Index, sample: int) -> Iterator[Decision]:
    least, answers = min(index.answers.values()), sum(index.answers.values())
    if least >= sample:
        return
    yield Decision(
        rule="ikm_sample",
        weight=SAMPLE_WEIGHT,
        found="Jawaban survei belum mewakili semua aduan" if answers else "Tidak ada jawaban survei kepuasan",
        evidence=f"{shown(least)}/{shown(sample)} jawaban pada unsur tersedikit (Krejcie–Morgan)",
        ask="Survei ditawarkan juga di loket dan lewat tautan.",
    )
