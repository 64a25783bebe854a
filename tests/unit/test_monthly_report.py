"""The report reaches its readers: files nobody overwrites, one mail for each office and revision, links that expire."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from chalicelib.channels.errors import Retryable
from chalicelib.desk import monthly_report
from chalicelib.problems import Problem
from chalicelib.store import deliveries, figures, media, snapshots
from chalicelib.store.snapshots import Snapshot
from tests.unit.alert_world import Refused
from tests.unit.made_cases import put_case
from tests.unit.persons import BUCKET, s3
from tests.unit.reported import LIVES, MORNING, Mails, city, life, publish


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mails]:
    with city(monkeypatch) as server:
        yield server


def december(revision: int = 1) -> Snapshot:
    found = snapshots.get("2026-12", revision)
    assert found is not None
    return found


def kept() -> dict[str, bytes]:
    contents = s3().list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {item["Key"]: media.get(item["Key"]) for item in contents}


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
    assert len(deliveries.pending(MORNING + timedelta(days=2), limit=9)) == 3, "the admin hears of each"


def test_somebody_must_look_when_a_mail_never_gets_through(mails: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly_report, "MOST_TRIES", 1)
    mails.trouble = Refused("Throttling")
    with pytest.raises(Retryable):
        publish()
    publish(MORNING + timedelta(days=1))
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
    snapshot = december()
    year = monthly_report.year_source(snapshot)
    assert year is not None
    assert (year.period, year.now.part()["received"], year.before.part()) == ("2026", len(LIVES), {})
    assert monthly_report.year_source(structs.replace(snapshot, period="2026-11")) is None
    # A year later the December before is found.
    sums = snapshots.keep_sums("2025-12", year.now)
    earlier = structs.replace(snapshot, period="2025-12", sha256=sums, year_sha256=sums)
    assert snapshots.keep(earlier)
    again = monthly_report.year_source(snapshot)
    assert again is not None and again.before == year.now
    assert figures.mark().day == "2027-01-01"
