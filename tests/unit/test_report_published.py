"""A December that is published: its files, its mails, and the links that open them."""

from collections.abc import Iterator

import pytest

from chalicelib.desk import monthly_report
from chalicelib.problems import Problem
from chalicelib.store import snapshots
from chalicelib.store.alert_lists import listed
from tests.unit.persons import BUCKET, s3
from tests.unit.reported import EXECUTIVE, MAYOR, SEKDA, Mails, city, december, kept, publish


@pytest.fixture(scope="module")
def published() -> Iterator[Mails]:
    """A December that is published; the tests only read."""
    with pytest.MonkeyPatch.context() as monkeypatch, city(monkeypatch) as server:
        assert publish() == {"made": [{"period": "2026-12", "revision": 1}], "left": False}
        yield server


def test_three_files_of_the_month_and_three_of_the_year_it_ends(published: Mails) -> None:
    files = kept()
    stem = f"r1-{december().sha256[:16]}"
    year = snapshots.get("2026", 1)
    assert year is not None
    assert year.months == {"2026-12": 1}, "it says which months' revisions it was made after"
    of_year = f"reports/2026/r1-{year.sha256[:16]}"
    wanted = [f"{path}.{kind}" for path in (of_year, f"reports/2026-12/{stem}") for kind in ("html", "pdf", "xlsx")]
    assert sorted(files) == sorted(wanted)
    assert files[f"reports/2026-12/{stem}.pdf"].startswith(b"%PDF-")
    page = files[f"reports/2026-12/{stem}.html"].decode()
    assert "Keadaan pada akhir Kamis, 31 Desember 2026" in page
    assert "6 aduan" in page
    assert "Ringkasan aduan · Tahun 2026" in files[f"{of_year}.html"].decode()
    head = s3().head_object(Bucket=BUCKET, Key=f"reports/2026-12/{stem}.xlsx")
    assert head["ContentType"] == monthly_report.TYPES["xlsx"]


def test_each_office_gets_one_mail_with_the_paper(published: Mails) -> None:
    assert published.addresses() == [EXECUTIVE, SEKDA, MAYOR]
    assert [one["Tags"][0]["Name"] for one in published.sent] == ["delivery"] * 3
    assert {one["Source"] for one in published.sent} == {"Aduan Kota Kediri <aduan@kediri.example>"}
    message = published.message()
    assert message["Subject"] == "Belum dapat dinilai: aduan Kota Kediri, Desember 2026"
    plain, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None and html is not None
    assert "Aduan diterima: 6 aduan" in plain.get_content()
    assert "6 aduan" in html.get_content()
    (paper,) = message.iter_attachments()
    assert paper.get_filename() == "aduan-KDR-2026-12-r1.pdf"
    assert paper.get_content() == kept()[f"reports/2026-12/r1-{december().sha256[:16]}.pdf"]
    sent = listed(None, since="2026", until="2028", limit=10, after=None).items
    assert sorted((one.kind, one.role, one.state) for one in sent) == [
        ("report", "executive", "sent"),
        ("report", "mayor", "sent"),
        ("report", "sekda", "sent"),
    ]
    assert not any(address in str(one.attribute_values) for one in sent for address in (EXECUTIVE, SEKDA, MAYOR))


def test_links_open_a_page_and_save_a_file(published: Mails) -> None:
    page, paper = (monthly_report.where("2026-12", kind, None) for kind in ("html", "pdf"))
    assert "response-content-disposition" not in page
    assert "aduan-KDR-2026-12-r1.pdf" in paper
    assert "X-Amz-Expires=300" in paper
    assert "reports/2026/r1-" in monthly_report.where("2026", "xlsx", None)


@pytest.mark.parametrize(("period", "revision"), [("2026-11", None), ("2025", None), ("2026-12", 7)])
def test_what_was_never_published_is_not_found(published: Mails, period: str, revision: int | None) -> None:
    with pytest.raises(Problem) as error:
        monthly_report.where(period, "pdf", revision)
    assert (error.value.status, error.value.detail) == (404, "Belum ada laporan untuk kurun atau revisi itu.")
