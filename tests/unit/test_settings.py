"""A deployment that forgot something says what."""

from collections.abc import Iterator

import pytest

from chalicelib.settings import SettingsMissing, settings

REQUIRED = ("STAGE", "SECRETS_PREFIX", "OUTBOX_TOPIC", "MEDIA_BUCKET")


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_every_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in REQUIRED:
        monkeypatch.delenv(f"ADUAN_{name}", raising=False)
    monkeypatch.setenv("ADUAN_STAGE", "local")
    with pytest.raises(SettingsMissing, match=r"ADUAN_MEDIA_BUCKET, ADUAN_OUTBOX_TOPIC, ADUAN_SECRETS_PREFIX$"):
        settings()


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in REQUIRED:
        monkeypatch.setenv(f"ADUAN_{name}", f"value of {name}")
    monkeypatch.setenv("ADUAN_LAPOR_BASE_URL", "https://lapor.example")
    found = settings()
    assert found.media_bucket == "value of MEDIA_BUCKET"
    assert found.lapor_base_url == "https://lapor.example"
    assert found.lapor_auth_header == "Authorization"
