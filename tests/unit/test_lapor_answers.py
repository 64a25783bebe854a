"""Reading SP4N-LAPOR!'s answers, of which nobody knows the exact shape."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.lapor.answers import Named, detail_of, document_ids_of, filed_of, id_of, logs_of, named_of
from chalicelib.lapor.client import LaporSettings


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (77, "77"),
        (" 77 ", "77"),
        ("A-7_b", "A-7_b"),
        (0, None),
        ("000", None),
        ("", None),
        (None, None),
        (True, None),
        (7.0, None),
        ("../7", None),
        ("7?x", None),
        ("-" * 65, None),
        (["7"], None),
    ],
)
def test_ids(value: Any, expected: str | None) -> None:
    assert id_of(value) == expected


def test_a_filing_is_confirmed_by_an_id_only() -> None:
    nothings: tuple[Any, ...] = (
        {},
        [],
        None,
        "77",
        {"complaint_id": ""},
        {"data": {"complaint_id": 0}},
        {"status": "success"},
    )
    for nothing in nothings:
        assert filed_of(nothing) is None
    filed = filed_of({"complaint_id": 77, "tracking_id": "1916449"})
    assert filed is not None and (filed.complaint_id, filed.tracking_id) == ("77", "1916449")


def test_logs_are_sorted_by_time_not_by_text() -> None:
    texts = ["31-01-2026 08:05:00", "01-02-2026 07:00:00", "15-12-2025 10:00:00"]
    logs = logs_of([{"content": text, "created_at": text} for text in texts] + [{"content": "undated"}, "no row"])
    assert [log.content for log in logs] == ["undated", texts[2], texts[0], texts[1]]
    assert logs[2].at == datetime(2026, 1, 31, 1, 5, tzinfo=UTC)


def test_a_log_gives_its_names_wherever_they_stand() -> None:
    (log,) = logs_of(
        [
            {
                "data": '{"status_old": {"name": "Lama"}, "status_new": {"name": "Baru"}}',
                "institution_from_id": {"name": "Dari"},
                "institution_to_id": {"name": "Ke"},
                "attachments": [{"path": "/a.jpg", "file_name": "a.jpg", "extension": "jpg"}, None],
                "date": "31-01-2026 08:05:00",
                "created_at": "30-01-2026 08:05:00",
            }
        ]
    )
    assert (log.status_old, log.status_new) == ("Lama", "Baru")
    assert (log.institution_from, log.institution_to) == ("Dari", "Ke")
    assert [one.path for one in log.attachments] == ["/a.jpg"]
    assert log.at == datetime(2026, 1, 31, 1, 5, tzinfo=UTC)

    (odd,) = logs_of([{"data": "{", "status_new": "Baru", "attachments": "a.jpg", "date": "yesterday", "content": 5}])
    assert (odd.status_new, odd.attachments, odd.at, odd.content) == (None, (), None, "5")


def test_a_detail_survives_missing_and_odd_fields() -> None:
    assert detail_of({"results": {"data": []}}) is None
    assert detail_of({"results": None}) is None
    bare = detail_of({"results": {"data": {"status_code": 3, "trackingid": 1916449}, "data_logs": None}})
    assert bare is not None
    assert (bare.status_code, bare.status_name, bare.tracking_id, bare.logs) == ("3", None, "1916449", ())


def test_lists_skip_rows_that_are_none() -> None:
    assert named_of([{"id": "1", "name": "PLN"}, {"id": 2}, {"name": "x"}, None]) == (Named("1", "PLN"),)
    assert document_ids_of({"results": {"docs": [{"id": 5}, {"id": "6"}, {}]}}) == ["5", "6"]
    assert document_ids_of({"results": {"docs": "5"}}) == []


def test_settings_never_show_their_secrets_and_refuse_what_no_header_may_carry() -> None:
    settings = LaporSettings("https://lapor.invalid", "Authorization", "Bearer hush", "token", "{HUSH}")
    assert "hush" not in repr(settings).casefold()
    for wrong in (("ftp://x", "auth", "a", "token", "b"), ("https://x", "auth", "a\nb", "token", "b")):
        with pytest.raises(ValueError, match="LAPOR!") as raised:
            LaporSettings(*wrong)
        assert "a\nb" not in str(raised.value)
