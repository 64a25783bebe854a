"""What a whole life costs, counted by DynamoDB itself (DESIGN §7: at most 80 write and 60 read units)."""

from typing import Any

import pytest

from bench.life import steps

Cloud = dict[str, Any]


@pytest.mark.parametrize("both", [False, True], ids=["known by number", "known by number and user id"])
def test_a_life_stays_within_its_budget(cloud: Cloud, both: bool) -> None:
    spent = steps(cloud, both=both)
    table = "\n".join(f"{one['wru']:6} WRU {one['rru']:6} RRU  {one['step']}" for one in spent)
    assert len(spent) == 13, table
    assert all(one["wru"] for one in spent), table
    assert sum(one["wru"] for one in spent) <= 80, table
    assert sum(one["rru"] for one in spent) <= 60, table
