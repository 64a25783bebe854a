"""The report reaches its readers: files nobody overwrites, one mail for each office and revision, links that expire."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from chalicelib.channels.errors import Retryable
from chalicelib.desk import evidence, monthly_report, periods
from chalicelib.problems import Problem
from chalicelib.store import admin_notices, figures, snapshots
from tests.unit.alert_world import Refused
from tests.unit.made_cases import put_case
from tests.unit.reported import LIVES, MORNING, Mails, city, december, kept, life, publish


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mails]:
    with city(monkeypatch) as server:
        yield server


def test_published_twice_nothing_is_sent_or_written_twice(mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    publish()
    before = kept()
    monkeypatch.setattr(monthly_report, "rendered", lambda summary, kind: pytest.fail("made again"))
    monthly_report.publish(december(), MORNING + timedelta(hours=1))
    publish(MORNING + timedelta(days=1))
    assert (len(mails.sent), kept()) == (3, before)


def test_while_the_mail_is_busy_the_next_morning_tries_again(mails: Mails) -> None:
    mails.trouble = Refused("Throttling")
    with pytest.raises(Retryable, match="3 report mails could not be sent yet"):
        publish()
    assert mails.sent == []
    mails.trouble = None
    publish(MORNING + timedelta(days=1))
    assert len(mails.sent) == 3
    publish(MORNING + timedelta(days=2))
    assert len(mails.sent) == 3


def test_a_mail_that_may_have_arrived_is_not_sent_again(mails: Mails) -> None:
    mails.trouble = Refused("InternalFailure", 500)
    publish()
    mails.trouble = None
    publish(MORNING + timedelta(days=1))
    assert mails.sent == []
    assert len(admin_notices.pending(MORNING + timedelta(days=2), limit=9)) == 3, "the admin hears of each"


def test_somebody_must_look_when_a_mail_never_gets_through(mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly_report, "MOST_TRIES", 2)
    mails.trouble = Refused("Throttling")
    with pytest.raises(Retryable):
        publish()
    assert admin_notices.pending(MORNING + timedelta(hours=1), limit=9) == []
    publish(MORNING + timedelta(days=1))
    told = admin_notices.pending(MORNING + timedelta(days=2), limit=9)
    assert [one.reason for one in told] == ["failed: SES answered Throttling, again and again"] * 3
    mails.trouble = None
    publish(MORNING + timedelta(days=2))
    assert mails.sent == []


def test_a_correction_is_a_revision_with_files_and_mails_of_its_own(mails: Mails) -> None:
    publish()
    before = kept()
    put_case("KDR-IMPORTED", life(3, 2), touched=MORNING + timedelta(hours=2))
    assert publish(MORNING + timedelta(days=1))["made"] == [{"period": "2026-12", "revision": 2}]
    after = kept()
    assert before.items() < after.items(), "what was published stays"
    assert len(after) == 12
    assert len(mails.sent) == 6
    assert mails.message(-1)["Subject"].endswith(", revisi 2")
    assert "r2-" in monthly_report.where("2026-12", "pdf", None)
    assert "r1-" in monthly_report.where("2026-12", "pdf", 1)


def test_the_year_is_revised_when_one_of_its_months_is(mails: Mails) -> None:
    publish()
    first = kept()
    assert snapshots.close_month("2026-01", MORNING)
    publish(MORNING + timedelta(days=1))
    january = {"2026-01": 1, "2026-12": 1}
    year = snapshots.latest("2026")
    assert year is not None and (year.revision, year.months) == (2, january)
    timeline = [{**one, "at": one["at"].replace("2026-12", "2026-01")} for one in life(3, 2)]
    put_case("KDR-IMPORTED", timeline, touched=MORNING + timedelta(days=1))
    made = publish(MORNING + timedelta(days=2))["made"]
    assert made == [{"period": "2026-01", "revision": 2}], "December stays as it is"
    year = snapshots.latest("2026")
    assert year is not None and (year.revision, year.months) == (3, {"2026-01": 2, "2026-12": 1})
    received = {"path": "figures.received.numerator", "before": len(LIVES), "after": len(LIVES) + 1}
    assert received in year.changes
    assert {f"reports/2026/r{number}-" for number in (1, 2, 3)} == {
        key[: len("reports/2026/r1-")] for key in kept() if key.startswith("reports/2026/")
    }
    assert first.items() < kept().items(), "what was published stays"
    assert "reports/2026/r3-" in monthly_report.where("2026", "pdf", None)
    assert "reports/2026/r1-" in monthly_report.where("2026", "pdf", 1)
    publish(MORNING + timedelta(days=3))
    assert len(list(snapshots.revisions("2026"))) == 3, "looked at again it is the same"
    now = periods.shown("2026", MORNING)
    assert (now["revision"], now["report_revision"], now["provisional"]) == (None, 3, True)
    then = periods.shown("2026", MORNING, revision=1)
    assert (then["revision"], then["provisional"], then["figures"]["received"]["value"]) == (1, False, len(LIVES))
    assert periods.shown("2025", MORNING)["report_revision"] is None
    file = io.BytesIO()
    evidence.write(file, 2026, MORNING + timedelta(days=3))
    packed = [path for path in zipfile.ZipFile(file).namelist() if "/angka/2026/" in path]
    assert len([path for path in packed if "-r3." in path]) == 3
    assert "1-keberlanjutan/angka/2026/r3.json" in packed


def test_a_year_whose_files_were_not_written_gets_them_the_next_morning(
    mails: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(monthly_report, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            publish()
    with pytest.raises(Problem):
        monthly_report.where("2026", "pdf", None)
    publish(MORNING + timedelta(days=1))
    assert "reports/2026/r1-" in monthly_report.where("2026", "pdf", None)


def test_a_snapshot_without_its_files_has_no_report_yet(mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(monthly_report, "publish", killed)
    with pytest.raises(KeyboardInterrupt):
        publish()
    with pytest.raises(Problem) as error:
        monthly_report.where("2026-12", "pdf", None)
    assert error.value.detail == "Laporan kurun itu belum terbit."


def test_a_year_stands_beside_the_year_before(mails: Mails) -> None:
    publish()
    snapshot = snapshots.get("2026", 1)
    assert snapshot is not None
    year = periods.year_source(snapshot)
    assert (year.period, year.now.part()["received"], year.before.part()) == ("2026", len(LIVES), {})
    # A year later the one before is found.
    sums = snapshots.keep_sums("2025", year.now)
    assert snapshots.keep(structs.replace(snapshot, period="2025", sha256=sums, year_sha256=sums))
    assert periods.year_source(snapshot).before.part() == year.now.part()
    assert figures.mark().day == "2027-01-01"
