"""The simulators, started once for all contract tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.simulators import AUTH, TOKEN, WHATSAPP_TOKEN, Running, start, stop


@pytest.fixture(scope="session")
def running_lapor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The LAPOR! simulator, once."""
    state = tmp_path_factory.mktemp("lapor") / "lapor.jsonl"
    running = start("lapor_simulator", state, "--auth", AUTH, "--token", TOKEN)
    yield running
    assert stop(running) == 0


@pytest.fixture(scope="session")
def running_outbound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The outbound simulator, once."""
    running = start("outbound_simulator", tmp_path_factory.mktemp("sent") / "sent.jsonl", "--token", WHATSAPP_TOKEN)
    yield running
    assert stop(running) == 0


@pytest.fixture
def lapor_simulator(running_lapor: Running) -> Running:
    """The LAPOR! simulator, empty and in good health."""
    running_lapor.delete("/_sim/complaints")
    running_lapor.delete("/_sim/faults")
    return running_lapor


@pytest.fixture
def outbound_simulator(running_outbound: Running) -> Running:
    """The outbound simulator, empty and in good health."""
    running_outbound.delete("/sent")
    running_outbound.delete("/faults")
    return running_outbound
