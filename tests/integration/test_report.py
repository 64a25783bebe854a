"""The monthly report and the evidence as they are deployed: by the real functions, with their own permissions."""

import hashlib
import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.integration import driver as d
from tests.integration.desk import enter
from tests.integration.test_figures import FIRST, MONTH, ZONE, at

Cloud = dict[str, Any]
YEAR = int(MONTH[:4])


@pytest.fixture(scope="module")
def published(cloud: Cloud) -> int:
    """This month, as if it were over; the number of its last revision."""
    enter(cloud, department="dlhkp")
    # A night before the month ends: what ended before the first night is nobody's to publish.
    d.invoke(cloud, "monthly_summary", d.scheduled(at(datetime.now(ZONE).date(), 6)))
    d.invoke(cloud, "monthly_summary", d.scheduled(at(FIRST + timedelta(days=2), 6)))
    return int(d.call(cloud, "GET", f"/v1/indicators/{MONTH}", "executive").json()["revision"])


def fetched(cloud: Cloud, kind: str, role: str = "executive", **query: Any) -> requests.Response:
    answer = requests.get(
        f"{cloud['api']}/v1/indicators/{MONTH}/report.{kind}",
        params=query,
        headers={"Authorization": d.token(cloud, role)},
        allow_redirects=False,
        timeout=d.SECONDS,
    )
    assert (answer.status_code, answer.headers.get("Location")) == (303, answer.json()["url"]), answer.text
    file = requests.get(answer.json()["url"], timeout=d.SECONDS)
    assert file.status_code == 200
    return file


def test_an_executive_opens_the_report_in_its_three_forms(cloud: Cloud, published: int) -> None:
    page = fetched(cloud, "html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Ringkasan aduan" in page.text
    assert fetched(cloud, "pdf").content.startswith(b"%PDF-")
    assert fetched(cloud, "xlsx", "auditor", revision=published).content.startswith(b"PK")


def test_the_mayor_has_a_mail(cloud: Cloud, published: int) -> None:
    """With its files: MiniStack keeps what it can of a raw message, so they are unit-tested (test_report_published)."""
    kept = requests.get(cloud["mailbox"], timeout=d.SECONDS).json()["messages"]
    mayors = [one for account in kept.values() for one in account if "walikota@kediri.example" in one["To"]]
    told = [one["Subject"] for one in mayors if one["Type"] == "SendRawEmail"]
    assert len(told) == published, "one for each revision"
    assert all("aduan Kota Kediri, " in subject for subject in told)


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        ("2001-01/report.pdf", "executive", 404),
        (f"{MONTH}-01/report.pdf", "executive", 404),
        (f"{MONTH}/report.docx", "executive", 404),
        (f"{MONTH}/report.pdf?revision=0", "executive", 400),
        (f"{MONTH}/report.pdf?revision=99", "executive", 404),
        (f"{MONTH}/report.pdf", "officer", 403),
    ],
)
def test_what_is_no_report(cloud: Cloud, published: int, path: str, role: str, status: int) -> None:
    answer = d.call(cloud, "GET", f"/v1/indicators/{path}", role)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def test_the_evidence_of_a_year_is_put_together_by_a_job(cloud: Cloud, published: int) -> None:
    asked = d.call(cloud, "POST", "/v1/evidence", "auditor", {"year": YEAR})
    assert asked.status_code == 202

    def done() -> str | None:
        job = d.call(cloud, "GET", asked.headers["Location"], "auditor").json()
        assert job["state"] != "failed"
        return job["url"] if job["state"] == "done" else None

    archive = zipfile.ZipFile(io.BytesIO(requests.get(d.until(done, "the evidence"), timeout=d.SECONDS).content))
    manifest = json.loads(archive.read("manifest.json"))
    for one in manifest["files"]:
        assert hashlib.sha256(archive.read(one["path"])).hexdigest() == one["sha256"], one["path"]
    inside = f"1-keberlanjutan/angka/{MONTH}/aduan-KDR-{MONTH}-r{published}.pdf"
    assert archive.read(inside) == fetched(cloud, "pdf").content
    assert d.call(cloud, "POST", "/v1/evidence", "executive", {"year": YEAR}).status_code == 403
    assert d.call(cloud, "POST", "/v1/evidence", "auditor", {"year": 1990}).status_code == 422
