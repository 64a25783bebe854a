"""The two tables of the template, made in moto: fast, for what is not about contention, queues or permissions."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
import yaml
from moto import mock_aws

from infra.package import ROOT

REGION = "ap-southeast-3"


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short intrinsics as plain values."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


@cache
def _resources() -> Any:
    return yaml.load((ROOT / "infra/resources.yaml").read_text(), _Loader)["Resources"]


@contextmanager
def empty_tables() -> Iterator[None]:
    """Both tables, empty, as infra/resources.yaml describes them, under the names used without a deployment; what this
    process remembers of others is forgotten, before and after."""
    from chalicelib.store.tables import COMPLAINTS_TABLE, CONTROL_TABLE

    _forget()
    resources = _resources()
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION)
        for logical, name in {"ComplaintsTable": COMPLAINTS_TABLE, "ControlTable": CONTROL_TABLE}.items():
            properties = resources[logical]["Properties"]
            indexes = properties.get("GlobalSecondaryIndexes")
            client.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=properties["AttributeDefinitions"],
                KeySchema=properties["KeySchema"],
                **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
            )
        yield
    _forget()


def _forget() -> None:
    from chalicelib.desk import intake, triage
    from chalicelib.store import cities
    from chalicelib.store.aws import SHARED

    SHARED._client = None
    cities._cached.clear()
    triage.forget()
    intake._recent.clear()
