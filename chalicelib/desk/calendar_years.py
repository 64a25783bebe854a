"""Years that are missing in the city's calendar: telling the admin before one begins, and while something waits for it.

Without a year no deadline in it can be worked out, and nobody knows who is at work: alerts and morning lists of that
time wait, everything else goes on. The admin hears of it each working day, in a line of the notices that he gets
anyway (alert_trouble.py), until the year is there; from November on, once a week, of the year to come. Once it is
there, what waited goes on by itself.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import logs
from chalicelib.complaints.calendar import known_years
from chalicelib.complaints.sending_hours import SendingHours
from chalicelib.store import admin_notices, job_marks
from chalicelib.store.deliveries import Delivery
from chalicelib.store.keys import iso

if TYPE_CHECKING:
    from chalicelib.complaints.city import City

JOB = "no_calendar"
# What waited for which year was last seen then: `RUN#no_calendar#years#needed`.
YEARS, NEEDED = "years", "needed"
# A case that waits is looked at once a day (complaints/alerting.py).
STILL = timedelta(hours=36)
# The ministers' decree of the year to come is out by then.
WARN_FROM = (11, 1)


def needed(years: Iterable[int], now: datetime) -> None:
    """Something waits for the calendar of these years."""
    wanted = {str(year): iso(now) for year in years}
    if wanted:
        job_marks.keep(JOB, YEARS, NEEDED, {**(job_marks.kept(JOB, YEARS, NEEDED) or {}), **wanted})


def told(year: int, day: date) -> bool:
    """Whether the admin has been told of that year on that day."""
    return job_marks.done(f"{JOB}-{year}", day.isoformat())


def note_told(year: int, day: date) -> None:
    """The admin has been told of that year today."""
    job_marks.note(f"{JOB}-{year}", day.isoformat())


def note(now: datetime, city: "City", hours: SendingHours) -> None:
    """Have the admin told of each year that is missing: on each day on which something waits for it, and before it
    begins once a week. Asked in his hours; each line is written once."""
    day = hours.of().date_of(now)
    missing = {day.year - 1, day.year, day.year + 1} - known_years(city.holidays)
    if not missing:
        return
    seen = job_marks.kept(JOB, YEARS, NEEDED) or {}
    for year in sorted(missing):
        if year == day.year or _recent(seen.get(str(year)), now):
            if not told(year, day):
                _write(year, day.isoformat(), _waits(year, day), now)
                note_told(year, day)
        elif year == day.year + 1 and (day.month, day.day) >= WARN_FROM:
            week = f"{day.isocalendar().year}-W{day.isocalendar().week:02}"
            if not job_marks.done(f"{JOB}-{year}", week):
                _write(year, week, f"Kalender kota berakhir pada 31 Desember {day.year}. {mend([year])}", now)
                job_marks.note(f"{JOB}-{year}", week)


def year_of(line: Delivery) -> int | None:
    """The year a waiting line is about; None: it is about something else."""
    job, _, rest = line.id.partition("-")
    return int(rest[:4]) if job == JOB else None


def verdict(years: Iterable[int]) -> str:
    """What is wrong, as the subject of a mail."""
    return f"Daftar hari libur {listed(years)} belum ada"


def mend(years: Iterable[int]) -> str:
    """What is to be done, as a sentence."""
    commands = " dan ".join(f"`aduan kota libur isi {year}`" for year in sorted(years))
    return (
        f"Jalankan {commands}, cocokkan dengan SKB hari libur dan cuti bersama, lalu terapkan. "
        "Setelah itu yang menunggu berlanjut dengan sendirinya."
    )


def listed(years: Iterable[int]) -> str:
    """`2028`, or `2028 dan 2029`."""
    return " dan ".join(str(year) for year in sorted(years))


def _waits(year: int, day: date) -> str:
    what = f"Daftar hari libur {year} belum ada, jadi tenggat di tahun itu tidak dapat dihitung. "
    if year == day.year:
        what += (
            "Peringatan kepada petugas dan pimpinan ditahan, kecuali keadaan darurat, "
            "dan daftar pagi serta rekap mingguan tidak dikirim. "
        )
    else:
        what += "Aduan yang tenggatnya bergantung pada tahun itu tidak diperingatkan. "
    return what + mend([year])


def _recent(at: str | None, now: datetime) -> bool:
    return at is not None and iso(now - STILL) <= at <= iso(now)


def _write(year: int, when: str, sentence: str, now: datetime) -> None:
    logs.event("no_calendar", job="sla_alerts", until=str(year))
    admin_notices.note_undelivered((), sentence, name=f"{JOB}-{year}-{when}", now=now)
