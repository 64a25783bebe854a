"""Cases as files, from the deployed API: what a list shows is what a file holds, within the same scope."""

import csv
import io
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
import requests

from tests.integration import driver as d
from tests.integration.desk import OTHER, OWN, act, enter

Cloud = dict[str, Any]
ZONE = ZoneInfo("Asia/Jakarta")
MARCH = {"from": "2024-03-01", "to": "2024-03-31"}
EVIL = '=HYPERLINK("http://x","lampu")'
NAME, PHONE = "Warga Satu", "081200000077"


@pytest.fixture(scope="module")
def march(cloud: Cloud) -> dict[str, dict[str, Any]]:
    """Cases of a month, and one on either side of it: midnight in Kediri is 17:00 in London the day before."""
    known = {"name": NAME, "phone": PHONE}
    return {
        "first": enter(cloud, text=EVIL, received_at="2024-02-29T17:00:00Z", department=OWN, reporter=known),
        "hidden": enter(
            cloud,
            received_at="2024-03-31T16:59:59Z",
            text=f"Lampu mati, hubungi {NAME} {PHONE}",
            reporter={**known, "anonymous": True},
        ),
        "other": enter(cloud, received_at="2024-03-15T03:00:00Z", department=OTHER, reporter=known, channel="letter"),
        "before": enter(cloud, received_at="2024-02-29T16:59:59Z"),
        "after": enter(cloud, received_at="2024-03-31T17:00:00Z"),
    }


def exported(cloud: Cloud, role: str = "operator", kind: str = "csv", **query: str) -> requests.Response:
    return d.call(cloud, "GET", f"/v1/export.{kind}", role, **{**MARCH, **query})


def rows(answer: requests.Response) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def tickets(found: list[dict[str, str]]) -> set[str]:
    assert len({row["Nomor tiket"] for row in found}) == len(found)
    return {row["Nomor tiket"] for row in found}


def test_a_file_holds_what_the_list_shows(cloud: Cloud, march: dict[str, dict[str, Any]]) -> None:
    query = {"received_after": "2024-02-29T17:00:00Z", "received_before": "2024-03-31T17:00:00Z"}
    listed = d.call(cloud, "GET", "/v1/complaints", "operator", limit=100, **query).json()["items"]
    found = rows(exported(cloud))
    assert tickets(found) == {case["ticket"] for case in listed} >= {march[n]["ticket"] for n in ("first", "hidden")}
    assert not tickets(found) & {march[name]["ticket"] for name in ("before", "after")}
    letters = {case["ticket"] for case in listed if case["channel"] == "letter"}
    assert tickets(rows(exported(cloud, channel="letter"))) == letters >= {march["other"]["ticket"]}
    assert rows(exported(cloud, status="closed")) == []


def test_a_row_is_readable_and_runs_nothing(cloud: Cloud, march: dict[str, dict[str, Any]]) -> None:
    by_ticket = {row["Nomor tiket"]: row for row in rows(exported(cloud))}
    row = by_ticket[march["first"]["ticket"]]
    assert row["Isi aduan"] == f"'{EVIL}"
    assert row["Telepon"] == "'+6281200000077"
    assert (row["Status"], row["Diterima"], row["Pelapor"]) == ("didisposisikan", "2024-03-01 00:00:00", NAME)
    hidden = by_ticket[march["hidden"]["ticket"]]
    assert (hidden["Anonim"], hidden["Pelapor"], hidden["Telepon"]) == ("ya", "", "")
    assert hidden["Isi aduan"] == "Lampu mati, hubungi [nama] [telepon]"


@pytest.mark.parametrize("role", ["officer", "head"])
def test_a_department_exports_its_own(cloud: Cloud, march: dict[str, dict[str, Any]], role: str) -> None:
    found = rows(exported(cloud, role))
    assert march["first"]["ticket"] in tickets(found)
    assert len({row["Perangkat daerah"] for row in found}) == 1
    assert march["other"]["ticket"] not in tickets(found)
    assert rows(exported(cloud, role, department=OTHER)) == []


def test_executives_get_no_person(cloud: Cloud, march: dict[str, dict[str, Any]]) -> None:
    answer = exported(cloud, "executive")
    assert march["other"]["ticket"] in tickets(rows(answer))
    for secret in (NAME, "6281200000077", "HYPERLINK", "Isi aduan", "Alamat", "Lintang"):
        assert secret not in answer.text, secret
    assert d.call(cloud, "POST", "/v1/exports", "executive", MARCH).status_code == 403


def test_a_workbook_is_fetched_from_where_it_lies(cloud: Cloud, march: dict[str, dict[str, Any]]) -> None:
    sent = requests.get(
        f"{cloud['api']}/v1/export.xlsx",
        params=MARCH,
        headers={"Authorization": d.token(cloud, "operator")},
        allow_redirects=False,
        timeout=d.SECONDS,
    )
    assert (sent.status_code, sent.headers["Location"]) == (303, sent.json()["url"])
    check_workbook(cloud, sent.json()["url"], sent.json()["rows"], march)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_longer_period_is_prepared_by_a_job(cloud: Cloud, march: dict[str, dict[str, Any]], kind: str) -> None:
    wanted = {"from": "2024-01-01", "to": "2024-12-31", "format": kind}
    asked = d.call(cloud, "POST", "/v1/exports", "head", wanted)
    assert asked.status_code == 202, asked.text
    place = f"/v1/exports/{asked.json()['id']}"
    assert asked.headers["Location"] == place

    def done() -> dict[str, Any] | None:
        state: dict[str, Any] = d.call(cloud, "GET", place, "head").json()
        assert state["state"] in ("running", "done"), state
        return state if state["url"] else None

    state = d.until(done, "the export")
    file = requests.get(state["url"], timeout=d.SECONDS)
    assert file.status_code == 200
    assert "aduan-2024-01-01-2024-12-31" in file.headers["Content-Disposition"]
    if kind == "csv":
        assert march["first"]["ticket"] in tickets(rows(file))
        assert march["other"]["ticket"] not in tickets(rows(file))
        assert len(rows(file)) == state["rows"]
    else:
        assert openpyxl.load_workbook(io.BytesIO(file.content))["Aduan"].max_row == state["rows"] + 1
    # Nobody else's, except the admin's.
    assert d.call(cloud, "GET", place, "officer").status_code == 404
    assert d.call(cloud, "GET", place, "admin").status_code == 200
    # Lambda may run it twice.
    assert d.invoke(cloud, "write_export", {"id": asked.json()["id"]}) == state["rows"]


def test_what_changed_is_in_the_next_file(cloud: Cloud, march: dict[str, dict[str, Any]]) -> None:
    ticket = enter(cloud, received_at="2024-03-20T00:00:00Z", department=OWN)["ticket"]
    act(cloud, ticket, "respond", text="sudah")
    (row,) = [row for row in rows(exported(cloud)) if row["Nomor tiket"] == ticket]
    assert row["Status"] == "dijawab"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"to": "2024-04-01"}, 422),  # 32 days
        ({"from": "2024-04-01"}, 422),
        ({"from": "yesterday"}, 400),
        ({"from": "20240301"}, 400),
        ({"to": "2024-02-30"}, 400),
        ({"colour": "red"}, 400),
        ({"phone": "0812"}, 400),
        ({"status": "finished"}, 400),
    ],
    ids=str,
)
def test_what_cannot_be_exported(cloud: Cloud, query: dict[str, str], status: int) -> None:
    answer = exported(cloud, **query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"to": "2050-01-01"},
        {"to": "2023-01-01"},
        {"from": "2024-13-01"},
        {"status": "x"},
        {"format": "pdf"},
        {"q": "1"},
    ],
    ids=str,
)
def test_what_no_job_is_started_for(cloud: Cloud, change: dict[str, str]) -> None:
    answer = d.call(cloud, "POST", "/v1/exports", "operator", {**MARCH, **change})
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json"), answer.text
    assert answer.json()["field"]


def check_workbook(cloud: Cloud, url: str, count: int, march: dict[str, dict[str, Any]]) -> None:
    file = requests.get(url, timeout=d.SECONDS)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["Aduan"]
    titles, *lines = sheet.iter_rows(values_only=True)
    assert len(lines) == count == len(rows(exported(cloud)))
    by_ticket = {line[0]: dict(zip(titles, line, strict=True)) for line in lines}
    row = by_ticket[march["first"]["ticket"]]
    assert (row["Isi aduan"], row["Diterima"]) == (EVIL, datetime(2024, 3, 1))
    assert by_ticket[march["hidden"]["ticket"]]["Isi aduan"] == "Lampu mati, hubungi [nama] [telepon]"
    assert sheet.freeze_panes == "B2"
