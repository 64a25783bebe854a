"""A cloud of its own for the tests: MiniStack, the simulators and the deployed package, gone when they end."""

from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.cloud import Cloud
from infra.local.ports import free_block
from infra.package import ROOT
from tests.integration import driver


@pytest.fixture(scope="session")
def local_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Started and deployed, with each function held to its own permissions."""
    cloud = Cloud(ROOT, free_block(3), tmp_path_factory.mktemp("cloud"))
    try:
        cloud.up()
        yield cloud
    finally:
        cloud.down()


@pytest.fixture(scope="session")
def cloud(local_cloud: Cloud) -> dict[str, Any]:
    """What `.local/cloud.json` holds after `make up`, for this cloud, with the city of Kediri applied."""
    known = local_cloud.known()
    toml = (ROOT / "infra/cities/kediri.toml").read_text()
    answer = driver.call(known, "PUT", "/v1/city", body={"toml": toml})
    assert answer.status_code == 200, answer.text
    return known
