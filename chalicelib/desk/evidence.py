"""The evidence of a year for the national competition of complaint services (P4): one ZIP, arranged by the aspects that
are known of it (keberlanjutan, konektivitas, dampak). Their weights were never published.

Figures are those that were published, file for file. Samples are chosen by rule, not by hand, and say nothing about a
person; a secret case is in no list of cases, and nothing is shown of one that was erased. A case is in memory while it
is looked at, a month while its figures are.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import IO
from zoneinfo import ZoneInfo

import msgspec

from chalicelib.complaints import figures_document
from chalicelib.complaints.explain import CLOCK_NAMES, ZONES
from chalicelib.complaints.facts import Fact
from chalicelib.complaints.ikm import ELEMENTS
from chalicelib.complaints.moments import midnight, read
from chalicelib.complaints.periods import before as before_period
from chalicelib.complaints.rollup import compared_durations, counted, days_of, no_durations
from chalicelib.complaints.rounding import half_up
from chalicelib.complaints.summary import summarise
from chalicelib.complaints.summary_shapes import Source
from chalicelib.desk import code_version, deadlines, evidence_samples, monthly_report, periods
from chalicelib.desk.archives import Archive
from chalicelib.desk.evidence_samples import Sample, Sampler
from chalicelib.desk.evidence_words import CLASSES, CLOCK_STATES, WORDS, department, unit
from chalicelib.desk.figures import Moment
from chalicelib.desk.people import Staff
from chalicelib.desk.searching import Question, every
from chalicelib.desk.sheets import Row
from chalicelib.pages.rendering import render
from chalicelib.store import alert_lists, cases, cities, figures, media, snapshots
from chalicelib.store.cases import Dossier
from chalicelib.store.figures import OWN
from chalicelib.store.keys import iso
from chalicelib.store.snapshots import Snapshot
from chalicelib.store.tables import Case

SUSTAINED, CONNECTED, EFFECT = "1-keberlanjutan", "2-konektivitas", "3-dampak"
FIGURES = (
    *("received", "counted", "followed_up", "closed", "validated", "close_mean", "within_resolution"),
    *("forwarded", "forwarded_share", "from_lapor", "ambiguous", "reopened", "last_hour", "alerts", "acted"),
)
TREND = ("bulan", "revisi", "indikator", "nilai", "satuan", "pembilang", "penyebut")
REVISIONS = ("bulan", "revisi", "keadaan_pada", "dihitung_pada", "sha256", "versi_kode", "definisi", "perubahan")
CLOCKS = (
    *("tiket", "tenggat", "putaran", "keadaan", "kelas", "opd", "mulai", "jatuh_tempo", "dipenuhi"),
    *("lama", "satuan", "dasar_hukum", "versi_kalender", "penjelasan"),
)
FILINGS = ("tiket", "diterima", "keadaan", "nomor_lapor", "pelacakan_lapor", "status_lapor")
ALERTS = ("pada", "jenis", "peran", "opd", "saluran", "keadaan", "aduan", "tanggapan")
SHARES = ("bulan", "bagian", "id", "nama", "jumlah", "dari", "persen")
INDEX = ("bulan", "unsur", "nama", "jawaban", "nrr", "nik", "mutu")
AT_ONCE = 100
# What must be filed, however it stands; what is held is not due yet, and no part of these.
DUE, HELD = ("confirmed", "waiting", "failed", "ambiguous"), "held"


@dataclass(slots=True)
class Counts:
    """What the README says of the archive."""

    months: list[str] = field(default_factory=list)
    breached: int = 0
    due: int = 0
    held: int = 0
    secret: int = 0
    erased: int = 0
    alerts: int = 0
    samples: list[Sample] = field(default_factory=list)


def write(file: IO[bytes], year: int, now: datetime) -> int:
    """Write the archive of a year as far as it is known at `now`; answers how many files it has."""
    city = cities.current()
    zone = ZoneInfo(city.zone)
    archive, counts = Archive(file, zone), Counts()
    months = [f"{year}-{month:02}" for month in range(1, 13)]
    published = [name for name in months if snapshots.latest(name) is not None]
    counts.months = published
    for period in published:
        _reports(archive, period)
    _reports(archive, str(year))
    _running(archive, year, published[-1] if published else None)
    archive.table(f"{SUSTAINED}/tren.csv", TREND, _trend(published))
    archive.table(f"{SUSTAINED}/revisi.csv", REVISIONS, _revisions(published))
    sampler = Sampler()
    breached = f"{SUSTAINED}/tenggat-terlewat.csv"
    counts.breached = archive.table(breached, CLOCKS, _breached(months, sampler, now))
    counts.alerts = archive.table(f"{SUSTAINED}/peringatan.csv", ALERTS, _alerts(year, zone))
    archive.table(f"{CONNECTED}/kanal.csv", SHARES, _shares(published, "channel"))
    archive.table(f"{CONNECTED}/penerusan-lapor.csv", SHARES, _filing_counts(published))
    filings = f"{CONNECTED}/penerusan-lapor-per-aduan.csv"
    archive.table(filings, FILINGS, _filings(year, zone, now, counts))
    archive.table(f"{EFFECT}/kepuasan.csv", INDEX, _index(published))
    archive.table(f"{EFFECT}/topik.csv", SHARES, _shares(published, "category"))
    archive.table(f"{EFFECT}/kelurahan.csv", SHARES, _shares(published, "kelurahan"))
    clocks: list[Row] = []
    for sample in sampler.chosen():
        counts.samples.append(sample)
        told = evidence_samples.told(sample, city)
        archive.text(f"{EFFECT}/contoh/{sample.month}-{sample.why}.md", told)
        clocks += _clocks(sample.dossier, now)
    archive.table(f"{SUSTAINED}/tenggat-contoh.csv", CLOCKS, clocks)
    archive.text(
        "README.md",
        render(
            "evidence.txt",
            city=city,
            year=year,
            counts=counts,
            made=now.astimezone(zone),
            zone=ZONES.get(city.zone, city.zone),
            files=archive.files,
        ),
    )
    about = {
        "city": city.code,
        "year": year,
        "zone": city.zone,
        "made_at": iso(now),
        "code_version": code_version.deployed(),
        "definitions": code_version.definitions(),
    }
    archive.close(about)
    return len(archive.files)


def _reports(archive: Archive, period: str) -> None:
    """What was published of a month, or of the year: every file of every revision, and the document."""
    for snapshot in snapshots.revisions(period):
        folder = f"{SUSTAINED}/angka/{period}"
        archive.json(f"{folder}/r{snapshot.revision}.json", msgspec.to_builtins(snapshot))
        for file in monthly_report.files(snapshot):
            if media.size(file.key) is not None:
                archive.add(f"{folder}/{file.name}", [media.get(file.key)])


def _running(archive: Archive, year: int, last: str | None) -> None:
    """The year as it stands: a jury does not wait for January. Its days are merged one after the other."""
    known = figures.mark().day
    if known is None:
        return  # no night has run yet
    city, period = cities.current(), str(year)
    as_of = Moment(date.fromisoformat(known), ZoneInfo(city.zone)).as_of
    rollup = periods.year_to_date(period)
    before = periods.year_sums(before_period(period), compared_durations)
    stem = f"{SUSTAINED}/angka/{year}-berjalan"
    document = figures_document.document(rollup, before, city, [])
    archive.json(f"{stem}.json", {"period": period, "as_of": iso(as_of), **document})
    months = dict(periods.months(last)) if last else {}
    made = Source(period=period, as_of=as_of, now=rollup, before=before, last_year=before, year=rollup, months=months)
    summary = summarise(made, city)
    for kind in ("pdf", "xlsx"):
        archive.add(f"{stem}.{kind}", [monthly_report.rendered(summary, kind)])


def _latest(months: list[str]) -> Iterator[Snapshot]:
    for name in months:
        if snapshot := snapshots.latest(name):
            yield snapshot


def _trend(months: list[str]) -> Iterator[Row]:
    for snapshot in _latest(months):
        for name in FIGURES:
            one = snapshot.document["figures"][name]
            cells = [one["title"], one["value"], one["unit"], one["numerator"], one["denominator"]]
            yield [snapshot.period, snapshot.revision, *cells]


def _revisions(months: list[str]) -> Iterator[Row]:
    for month in months:
        for one in snapshots.revisions(month):
            versions = [one.sha256, one.code_version, one.definitions]
            yield [month, one.revision, read(one.as_of), read(one.computed_at), *versions, len(one.changes)]


def _shares(months: list[str], dimension: str) -> Iterator[Row]:
    for snapshot in _latest(months):
        for one in snapshot.document["breakdowns"][dimension]:
            yield [
                snapshot.period,
                dimension,
                one["id"],
                one["title"],
                one["numerator"],
                one["denominator"],
                one["percent"],
            ]


def _filing_counts(months: list[str]) -> Iterator[Row]:
    for snapshot in _latest(months):
        rollup = snapshots.sums(snapshot.period, snapshot.sha256, no_durations)
        found, due = rollup.part(), rollup.part().get("lapor_due", 0)
        for state in (*DUE, HELD):
            number = found.get(f"lapor:{state}", 0)
            whole = None if state == HELD else due
            percent = half_up(Fraction(100 * number, whole), 2) if whole else None
            yield [snapshot.period, "lapor", state, evidence_samples.FILING[state], number, whole, percent]


def _index(months: list[str]) -> Iterator[Row]:
    for snapshot in _latest(months):
        whole = snapshot.document["ikm"]
        for one in whole["elements"]:
            name = ELEMENTS[one["id"]][0]
            yield [snapshot.period, one["id"], name, one["answers"], one["average"], whole["nik"], whole["mutu"]]


def _breached(months: list[str], sampler: Sampler, now: datetime) -> Iterator[Row]:
    """The clocks of every case that missed one, of those the indicators count; on the way samples are looked for."""
    for month in months:
        for fact in _facts(month):
            sampler.look(month, fact)
            if not counted(fact) or False not in fact.met.values() or (found := cases.dossier(fact.ticket)) is None:
                continue
            if not found.case.secret and not gone(found.case):
                yield from (row for row in _clocks(found, now) if row[3] == CLOCK_STATES["breached"])


def gone(case: Case) -> bool:
    """Whether a person or what he said was taken out of a case: his number in another system leads to both."""
    return bool(case.erased or case.erased_at)


def _facts(month: str) -> Iterator[Fact]:
    for day in days_of(month):
        for row in figures.fact_rows(OWN, day):
            yield row.fact


def _clocks(found: Dossier, now: datetime) -> Iterator[Row]:
    for one in deadlines.explained(found, now):
        standard = [one["amount"], unit(one["unit"]), one["legal_basis"], one["calendar_version"]]
        times = [read(one["start"]["at"]), read(one["due_at"]), read(one["met_at"])]
        state = CLOCK_STATES.get(one["state"], one["state"])
        class_ = CLASSES.get(one["class"], one["class"])
        which = [CLOCK_NAMES.get(one["name"], one["name"]), one["round"], state, class_, department(one["department"])]
        yield [found.case.ticket, *which, *times, *standard, " ".join(one["text"].split())]


def _alerts(year: int, zone: ZoneInfo) -> Iterator[Row]:
    """Who was told when; of people only the office."""
    since, until = (iso(midnight(date(one, 1, 1), zone)) for one in (year, year + 1))
    position: str | None = None
    while True:
        page = alert_lists.listed(None, since=since, until=until, limit=AT_ONCE, after=position)
        for one in page.items:
            opd = department((one.department or "").removeprefix("ALERT#") or None)
            words = [WORDS.get(name, name) for name in (one.kind, one.role)]
            told = [
                read(one.at),
                *words,
                opd,
                WORDS.get(one.channel, one.channel),
                WORDS.get(one.state, one.state),
            ]
            yield [*told, len(one.tickets or []), len(one.acted or ())]
        position = page.last
        if not page.more:
            return


def _filings(year: int, zone: ZoneInfo, now: datetime, counts: Counts) -> Iterator[Row]:
    """How each case stands in SP4N-LAPOR!, without a word of it."""
    begin, end = (midnight(date(one, 1, 1), zone) for one in (year, year + 1))
    question = Question(received_after=begin, received_before=end)
    for case in every(question, Staff("bukti", "auditor", None), now):
        if case.secret or gone(case):
            counts.secret += bool(case.secret)
            counts.erased += not case.secret
            continue
        if lapor := case.lapor:
            state = str(lapor.get("state"))
            counts.due += state in DUE
            counts.held += state == HELD
            numbers = [lapor.get("complaint_id"), lapor.get("tracking_id"), lapor.get("status_name")]
            yield [case.ticket, read(case.received_at), evidence_samples.FILING.get(state, state), *numbers]
