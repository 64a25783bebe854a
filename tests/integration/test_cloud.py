"""The local cloud itself: it enforces permissions, answers in our shapes, keeps its data and stays on this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError

from infra import deploy, package, settings
from infra.local import demo
from infra.local.cloud import STAGE, Cloud, CloudFailed
from infra.local.ports import free_block, owner, taken

SECONDS = 10.0


@pytest.fixture(scope="module")
def clients(cloud: dict[str, Any]) -> deploy.Clients:
    return deploy.clients_for(settings.load(STAGE), cloud["aws_endpoint"])


def eventually(look: Callable[[], object], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


# --- permissions ------------------------------------------------------------------------------------------------------


def as_function(clients: deploy.Clients, function: str) -> deploy.Clients:
    """Clients with a function's own permissions."""
    sts = clients("sts")
    role = clients("lambda").get_function_configuration(FunctionName=function)["Role"]
    credentials = sts.assume_role(RoleArn=role, RoleSessionName="least-privilege")["Credentials"]
    session = boto3.Session(
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        region_name=sts.meta.region_name,
    )
    return lambda service: session.client(service, endpoint_url=sts.meta.endpoint_url)


@pytest.mark.parametrize(
    ("function", "service", "call", "arguments"),
    [
        ("api", "dynamodb", "scan", {"TableName": "complaints"}),
        ("api", "dynamodb", "delete_item", {"TableName": "complaints", "Key": {"pk": {"S": "x"}, "sk": {"S": "x"}}}),
        ("api", "sqs", "receive_message", {"QueueUrl": "forward"}),
        ("api", "ssm", "get_parameter", {"Name": "lapor_auth"}),
        ("forward", "ssm", "get_parameter", {"Name": "whatsapp_access_token"}),
        ("forward", "sqs", "receive_message", {"QueueUrl": "reply"}),
        ("forward", "dynamodb", "put_item", {"TableName": "control", "Item": {"pk": {"S": "CITY"}}}),
        ("reply", "ssm", "get_parameter", {"Name": "lapor_token"}),
        ("reply", "dynamodb", "get_item", {"TableName": "control", "Key": {"pk": {"S": "CITY"}}}),
        ("fetch_media", "s3", "get_object", {"Bucket": "media", "Key": "x"}),
        ("outbox_sweep", "ssm", "get_parameter", {"Name": "lapor_auth"}),
        ("outbox_sweep", "dynamodb", "get_item", {"TableName": "complaints", "Key": {"pk": {"S": "x"}}}),
    ],
)
def test_a_function_cannot_do_what_it_has_no_need_for(
    cloud: dict[str, Any], clients: deploy.Clients, function: str, service: str, call: str, arguments: dict[str, Any]
) -> None:
    real: dict[str, Callable[[str], str]] = {
        "TableName": lambda name: cloud["tables"][name],
        "QueueUrl": lambda name: cloud["queues"][name]["url"],
        "Name": lambda name: f"/aduan/local/{name}",
        "Bucket": lambda _: cloud["media_bucket"],
    }
    arguments = {key: real[key](value) if key in real else value for key, value in arguments.items()}
    own = as_function(clients, cloud["functions"][function])(service)
    with pytest.raises(ClientError) as refused:
        getattr(own, call)(**arguments)
    assert refused.value.response["Error"]["Code"] in {"AccessDeniedException", "AccessDenied"}


def test_a_complaint_passes_the_whole_chain_under_those_permissions(
    cloud: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.tell(cloud, tmp_path / "demo.json")
    first = capsys.readouterr().out
    demo.tell(cloud, tmp_path / "demo.json")
    second = capsys.readouterr().out
    assert "LAPOR!     filed as complaint" in first
    assert "Nomor tiket" in first
    assert "The second delivery of the same message opened no second case." in second
    complaints = requests.get(f"{cloud['lapor_simulator']}/_sim/complaints", timeout=SECONDS).json()
    assert len([filed for filed in complaints if filed["ticket"] and filed["ticket"] in first]) == 1


# --- the door ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/nowhere", {}, 404),
        ("DELETE", "/health", {}, 404),
        ("GET", "/v1/complaints", {}, 401),
        ("GET", "/v1/complaints", {"Authorization": "no.token.atall"}, 401),
    ],
)
def test_the_gateways_own_errors_are_problem_documents(
    cloud: dict[str, Any], method: str, path: str, headers: dict[str, str], status: int
) -> None:
    answer = requests.request(method, cloud["api"] + path, headers=headers, timeout=SECONDS)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_every_role_can_sign_in_and_is_known(cloud: dict[str, Any]) -> None:
    assert [person["role"] for person in cloud["staff"]] == [
        "admin",
        "operator",
        "officer",
        "head",
        "executive",
        "auditor",
    ]
    for person in cloud["staff"]:
        demo.Staff(cloud, person["username"]).call("GET", "/v1/city")


def test_the_sweep_is_scheduled_every_minute_and_runs_on_its_event(
    cloud: dict[str, Any], clients: deploy.Clients
) -> None:
    function = clients("lambda").get_function_configuration(FunctionName=cloud["functions"]["outbox_sweep"])
    events = clients("events")
    (name,) = events.list_rule_names_by_target(TargetArn=function["FunctionArn"])["RuleNames"]
    rule = events.describe_rule(Name=name)
    assert (rule["ScheduleExpression"], rule["State"]) == ("rate(1 minute)", "ENABLED")
    event = {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-11-21T02:00:00Z",
        "region": cloud["region"],
        "resources": [rule["Arn"]],
        "detail": {},
    }
    answer = clients("lambda").invoke(FunctionName=function["FunctionName"], Payload=json.dumps(event))
    assert "FunctionError" not in answer
    assert set(json.load(answer["Payload"])["announced"]) == {"lapor", "reporter", "media", "notice", "sie"}


def test_deploying_the_same_again_changes_nothing(
    local_cloud: Cloud, clients: deploy.Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    before = local_cloud.known()
    assert local_cloud.up() == before
    assert capsys.readouterr().out == "aduan-local: nothing to change.\n"


# --- life and death ---------------------------------------------------------------------------------------------------


@pytest.fixture
def another(tmp_path: Path) -> Iterator[Cloud]:
    cloud = Cloud(package.ROOT, free_block(3), tmp_path)
    yield cloud
    Cloud(package.ROOT, cloud.known().get("port", cloud.port), tmp_path).down()
    cloud.down()


def listeners(pids: set[int]) -> set[str]:
    """The addresses on which these processes listen (Linux)."""
    inodes = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            try:
                inodes.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
            except OSError:
                continue
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                found.add(fields[1])
    return found


def test_nothing_listens_but_three_ports_of_this_machine(local_cloud: Cloud, cloud: dict[str, Any]) -> None:
    pids = {pid for pid in local_cloud.status().values() if pid}
    assert len(pids) == 3
    loopback = "0100007F"
    assert listeners(pids) == {f"{loopback}:{local_cloud.port + n:04X}" for n in range(3)}


def test_data_survives_a_stop_another_port_and_a_process_killed_afterwards(another: Cloud, tmp_path: Path) -> None:
    memory = tmp_path / "demo.json"
    first = another.up()
    demo.tell(first, memory)
    another.down()
    assert set(another.status().values()) == {None}

    moved = Cloud(package.ROOT, free_block(3), tmp_path)
    second = moved.up()
    assert second["secrets"] == first["secrets"]
    assert second["staff"] == first["staff"]
    staff = demo.Staff(second, "admin1")
    assert [item["lapor"]["state"] for item in staff.pages("/v1/complaints")] == ["confirmed"]
    # The queues still reach their functions: a new message is filed and answered.
    demo.tell(second, tmp_path / "another.json")

    pid = moved.ministack.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: moved.ministack.pid() is None)
    third = moved.up()
    assert len(list(demo.Staff(third, "admin1").pages("/v1/complaints"))) >= 1


def test_a_second_cloud_in_the_same_folder_is_refused(local_cloud: Cloud) -> None:
    with pytest.raises(CloudFailed, match=rf"^The local cloud runs on port {local_cloud.port} already; "):
        Cloud(package.ROOT, free_block(3), local_cloud.home).up()


def test_a_taken_port_is_said_plainly(tmp_path: Path) -> None:
    first = free_block(3)
    code = f"import socket,time; s=socket.socket(); s.bind(('127.0.0.1',{first + 1})); s.listen(); time.sleep(60)"
    squatter = subprocess.Popen([sys.executable, "-c", code])
    try:
        eventually(lambda: taken(first + 1))
        cloud = Cloud(package.ROOT, first, tmp_path)
        with pytest.raises(CloudFailed) as refused:
            cloud.up()
        assert str(refused.value) == (
            f"Port {first + 1}, which lapor_simulator needs, is taken by {owner(first + 1)}. "
            f"Choose three others with: make up PORT={first + 120}"
        )
        assert f"process {squatter.pid}" in str(refused.value)
        assert set(cloud.status().values()) == {None}
    finally:
        squatter.kill()
        squatter.wait()
