"""What a deployment asks for before it touches anything, and how it speaks of failures."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import WaiterError

from infra import deploy, settings
from infra.settings import SECRETS, SettingsWrong, StageSettings

FULL = StageSettings(
    "staging", "aduan-staging", "ap-southeast-3", "a-bucket", {"LaporBaseUrl": "https://lapor.example"}
)


class Parameters:
    """A parameter store that holds some names."""

    def __init__(self, *held: str) -> None:
        self.held = held

    def get_parameters(self, Names: list[str]) -> dict[str, Any]:
        return {"InvalidParameters": [name for name in Names if name not in self.held]}


def test_settings_that_are_empty_are_named_before_anything_is_asked() -> None:
    def nothing(service: str) -> Any:
        raise AssertionError(f"{service} was called")

    gaps = deploy.missing(StageSettings("staging", "s", "r", "", {"LaporBaseUrl": "", "LogLevel": "INFO"}), nothing)
    assert gaps == [
        "The setting artefact_bucket in infra/stages/staging.toml is empty.",
        "The setting LaporBaseUrl in infra/stages/staging.toml is empty.",
    ]


def test_each_absent_secret_is_named_with_the_command_that_puts_it_there() -> None:
    held = [f"/aduan/staging/{name}" for name in SECRETS if name != "lapor_token"]
    (gap,) = deploy.missing(FULL, lambda service: Parameters(*held))
    assert "/aduan/staging/lapor_token" in gap
    assert "aws ssm put-parameter --type SecureString --name /aduan/staging/lapor_token" in gap


def test_nothing_is_missing_when_everything_is_there() -> None:
    assert deploy.missing(FULL, lambda service: Parameters(*(f"/aduan/staging/{name}" for name in SECRETS))) == []


@pytest.mark.parametrize("stage", ["staging", "production"])
def test_a_fresh_checkout_deploys_nothing_and_says_why(stage: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["deploy", "--stage", stage])
        assert deploy.main() == 2
    said = capsys.readouterr().err
    assert f"The setting LaporBaseUrl in infra/stages/{stage}.toml is empty.\n" in said
    assert said.endswith("Nothing was deployed.\n")


def test_an_unknown_stage_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["deploy", "--stage", "moon"])
        assert deploy.main() == 2
    assert capsys.readouterr().err == "There is no stage moon; the stages are local, production, staging.\n"


def test_broken_toml_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "odd.toml").write_text("stack = ")
    with pytest.raises(SettingsWrong, match=r"^infra/stages/odd\.toml is not valid TOML: "):
        settings.load("odd", tmp_path)


class CloudFormation:
    """A CloudFormation that answers as told and remembers what it was asked."""

    def __init__(self, status: str | None, refusal: str | None = None, failing: bool = False) -> None:
        self.status = status
        self.refusal = refusal
        self.failing = failing
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def describe_stacks(self, StackName: str) -> dict[str, Any]:
        if self.status is None:
            from botocore.exceptions import ClientError

            error = {"Error": {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}}
            raise ClientError(error, "DescribeStacks")
        return {"Stacks": [{"StackStatus": self.status, "Outputs": []}]}

    def get_waiter(self, name: str) -> Any:
        return Waiter(self, name)

    def describe_change_set(self, **which: Any) -> dict[str, Any]:
        return {"StatusReason": self.refusal}

    def describe_stack_events(self, StackName: str) -> dict[str, Any]:
        now = dt.datetime.now(dt.UTC)

        def event(name: str, status: str, reason: str, age: int = 0) -> dict[str, Any]:
            return {
                "LogicalResourceId": name,
                "ResourceType": "AWS::X::Y",
                "ResourceStatus": status,
                "ResourceStatusReason": reason,
                "Timestamp": now - dt.timedelta(seconds=age),
            }

        return {
            "StackEvents": [
                event("B", "CREATE_FAILED", "Resource creation cancelled"),
                event("A", "CREATE_FAILED", "the bucket name is taken"),
                event("A", "CREATE_IN_PROGRESS", ""),
                event("Old", "CREATE_FAILED", "last year's trouble", age=3600),
            ]
        }

    def __getattr__(self, name: str) -> Any:
        return lambda **arguments: self.asked.append((name, arguments))


class Waiter:
    def __init__(self, cloudformation: CloudFormation, name: str) -> None:
        self.cloudformation = cloudformation
        self.name = name

    def wait(self, **_: Any) -> None:
        refused = self.name == "change_set_create_complete" and self.cloudformation.refusal
        failed = self.name.startswith("stack_") and self.cloudformation.failing
        if refused or failed:
            raise WaiterError(self.name, "failed", {})
        if self.name == "stack_delete_complete":
            self.cloudformation.status = None
        elif self.name.startswith("stack_"):
            self.cloudformation.status = self.name.replace("stack_", "").upper()


def names(cloudformation: CloudFormation) -> list[str]:
    return [name for name, _ in cloudformation.asked]


def test_a_new_stack_is_created_through_a_change_set() -> None:
    cloudformation = CloudFormation(None)
    deploy.Stack(cloudformation, "aduan", lambda _: None).apply(TemplateURL="u")
    assert names(cloudformation) == ["create_change_set", "execute_change_set"]
    assert cloudformation.asked[0][1]["ChangeSetType"] == "CREATE"


def test_an_existing_stack_is_updated() -> None:
    cloudformation = CloudFormation("UPDATE_COMPLETE")
    deploy.Stack(cloudformation, "aduan", lambda _: None).apply(TemplateURL="u")
    assert cloudformation.asked[0][1]["ChangeSetType"] == "UPDATE"


def test_a_first_deployment_that_failed_is_cleared_away() -> None:
    cloudformation = CloudFormation("ROLLBACK_COMPLETE")
    deploy.Stack(cloudformation, "aduan", lambda _: None).apply(TemplateURL="u")
    assert names(cloudformation) == ["delete_stack", "create_change_set", "execute_change_set"]


def test_no_changes_is_success_and_leaves_no_change_set_behind() -> None:
    said: list[str] = []
    cloudformation = CloudFormation("CREATE_COMPLETE", refusal="The submitted information didn't contain changes.")
    deploy.Stack(cloudformation, "aduan", said.append).apply(TemplateURL="u")
    assert names(cloudformation) == ["create_change_set", "delete_change_set"]
    assert said == ["aduan: nothing to change."]


def test_a_refused_template_is_said_in_cloudformations_words() -> None:
    cloudformation = CloudFormation("CREATE_COMPLETE", refusal="Parameters: [Stage] must have values")
    with pytest.raises(deploy.DeploymentFailed, match=r"refused the template: Parameters: \[Stage\] must have values"):
        deploy.Stack(cloudformation, "aduan", lambda _: None).apply(TemplateURL="u")


def test_a_failure_names_its_cause_and_neither_what_followed_nor_what_was_before() -> None:
    cloudformation = CloudFormation("CREATE_COMPLETE", failing=True)
    with pytest.raises(deploy.DeploymentFailed) as failure:
        deploy.Stack(cloudformation, "aduan", lambda _: None).apply(TemplateURL="u")
    assert str(failure.value).splitlines()[1:] == ["  A (AWS::X::Y): the bucket name is taken"]
