"""Deploy a stage: `python -m infra.deploy --stage staging`. The same code serves AWS and the local cloud.

Exit codes: 0 deployed (or nothing to change), 1 the deployment failed, 2 something is missing and nothing was touched.
"""

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, WaiterError

from infra.package import Package, PackagingFailed, build
from infra.settings import ONLY_WITH, SECRETS, SettingsWrong, StageSettings, load

# The local cloud is done within a second; AWS takes minutes, and throttles who asks twice a second.
POLL_SECONDS = {"local": 0.5, "aws": 5.0}
PATIENCE_SECONDS = 3600
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
BACK_OUT = ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")

# All that MiniStack takes is `test` or an account's twelve digits; it has no more to do with any account of AWS.
LOCAL_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}

Clients = Callable[[str], Any]
Say = Callable[[str], None]


class DeploymentFailed(RuntimeError):
    """The stack could not be brought to the template; the message lists what went wrong."""


def clients_for(settings: StageSettings, endpoint: str | None = None) -> Clients:
    """A function that makes the stage's AWS clients; with an endpoint, those of the local cloud."""
    session = boto3.Session(region_name=settings.region, **(LOCAL_KEYS if endpoint else {}))
    config = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard"}, s3={"addressing_style": "path"})
    return lambda service: session.client(service, endpoint_url=endpoint, config=config)


def missing(settings: StageSettings, clients: Clients) -> list[str]:
    """What a deployment still needs, each as a sentence; it only reads."""
    gaps = settings.missing()
    if gaps:
        return gaps
    names = {
        f"{settings.secrets_prefix}/{key}": meaning
        for key, meaning in SECRETS.items()
        if key not in ONLY_WITH or settings.parameters.get(ONLY_WITH[key])
    }
    absent = clients("ssm").get_parameters(Names=list(names)).get("InvalidParameters", [])
    return [
        f"The secret {name} ({names[name]}) is not in the parameter store; "
        f"put it there with: aws ssm put-parameter --type SecureString --name {name} --value …"
        for name in names
        if name in absent
    ]


def deploy(settings: StageSettings, package: Package, clients: Clients, say: Say = print) -> dict[str, str]:
    """Upload the package and bring the stack to its template; returns the stack's outputs. Raises DeploymentFailed."""
    s3 = clients("s3")
    ensure_bucket(s3, settings)
    key = upload(s3, settings.artefact_bucket, package.zip.read_bytes(), package.sha256, "zip")
    template = package.template.read_bytes()
    template_key = upload(s3, settings.artefact_bucket, template, hashlib.sha256(template).hexdigest(), "json")
    values = {**settings.parameters, "Stage": settings.stage}
    values |= {"ArtefactBucket": settings.artefact_bucket, "ArtefactKey": key}
    known = json.loads(template)["Parameters"]
    unknown = sorted(values.keys() - known.keys())
    if unknown:
        raise DeploymentFailed(f"infra/stages/{settings.stage}.toml sets unknown parameters: {', '.join(unknown)}.")

    stack = Stack(clients("cloudformation"), settings.stack, say, local=settings.stage == "local")
    stack.apply(
        TemplateURL=f"{s3.meta.endpoint_url}/{settings.artefact_bucket}/{template_key}",
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in sorted(values.items())],
        Capabilities=CAPABILITIES,
        Tags=[{"Key": "application", "Value": "aduan"}, {"Key": "stage", "Value": settings.stage}],
    )
    return stack.outputs()


def ensure_bucket(s3: Any, settings: StageSettings) -> None:
    """Make the artefact bucket, private and encrypted, unless it is there."""
    bucket = settings.artefact_bucket
    try:
        s3.head_bucket(Bucket=bucket)
        return
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise DeploymentFailed(f"The artefact bucket {bucket} exists but is not ours to use.") from None
    # The oldest region is the one that does not want to be named.
    where = {} if settings.region == "us-east-1" else {"LocationConstraint": settings.region}
    s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))
    blocks = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def upload(s3: Any, bucket: str, content: bytes, sha256: str, suffix: str) -> str:
    """Put something into the artefact bucket under its hash, once; returns the key."""
    key = f"aduan/{sha256}.{suffix}"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return key


class Stack:
    """One CloudFormation stack, changed by change sets only."""

    def __init__(self, cloudformation: Any, name: str, say: Say, local: bool = False) -> None:
        self._cfn = cloudformation
        self._local = local
        self._name = name
        self._say = say

    def apply(self, **template: Any) -> None:
        """Bring the stack to a template. No changes is success. Raises DeploymentFailed with CloudFormation's words."""
        status = self._status()
        if status in BACK_OUT:  # a first deployment that failed leaves a stack that can only be deleted
            self._cfn.delete_stack(StackName=self._name)
            self._cfn.get_waiter("stack_delete_complete").wait(StackName=self._name)
            status = None
        change_set = f"aduan-{time.strftime('%Y%m%d%H%M%S', time.gmtime())}"
        which = {"StackName": self._name, "ChangeSetName": change_set}
        self._cfn.create_change_set(**which, ChangeSetType="UPDATE" if status else "CREATE", **template)
        try:
            waiter = self._cfn.get_waiter("change_set_create_complete")
            waiter.wait(**which, WaiterConfig=self._patience())
        except WaiterError:
            reason = self._cfn.describe_change_set(**which).get("StatusReason", "it did not say why")
            self._cfn.delete_change_set(**which)
            if status and any(text in reason for text in NO_CHANGES):
                self._say(f"{self._name}: nothing to change.")
                return
            raise DeploymentFailed(f"CloudFormation refused the template: {reason}") from None
        started = time.time()
        self._say(f"{self._name}: {'updating' if status else 'creating'} …")
        self._cfn.execute_change_set(**which)
        done = "stack_update_complete" if status else "stack_create_complete"
        try:
            self._cfn.get_waiter(done).wait(StackName=self._name, WaiterConfig=self._patience())
        except WaiterError:
            raise DeploymentFailed(self._what_failed(started)) from None
        self._say(f"{self._name}: {self._status()} in {time.time() - started:.0f} s.")

    def _patience(self) -> dict[str, float]:
        delay = POLL_SECONDS["local" if self._local else "aws"]
        return {"Delay": delay, "MaxAttempts": int(PATIENCE_SECONDS / delay)}

    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        stack = self._cfn.describe_stacks(StackName=self._name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def _status(self) -> str | None:
        try:
            status = self._cfn.describe_stacks(StackName=self._name)["Stacks"][0]["StackStatus"]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if status == "DELETE_COMPLETE" else str(status)

    def _what_failed(self, since: float) -> str:
        """The failures of this deployment, oldest first; the first is the cause, those after it mostly follow."""
        lines = []
        for event in self._cfn.describe_stack_events(StackName=self._name)["StackEvents"]:
            reason = event.get("ResourceStatusReason", "")
            if event["Timestamp"].timestamp() < since - 5:
                break
            if event["ResourceStatus"].endswith("FAILED") and "cancelled" not in reason:
                lines.append(f"  {event['LogicalResourceId']} ({event['ResourceType']}): {reason}")
        return "\n".join([f"{self._name} is {self._status()}:", *reversed(lines)])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy", description=__doc__.splitlines()[0])
    parser.add_argument("--stage", required=True)
    parser.add_argument("--endpoint", help="address of a local cloud instead of AWS")
    arguments = parser.parse_args()
    try:
        settings = load(arguments.stage)
        clients = clients_for(settings, arguments.endpoint)
        gaps = missing(settings, clients)
        if gaps:
            print("\n".join([*gaps, "Nothing was deployed."]), file=sys.stderr)
            return 2
        package = build(arguments.stage)
        outputs = deploy(settings, package, clients)
    except SettingsWrong as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except (PackagingFailed, DeploymentFailed) as failure:
        print(failure, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS refused or did not answer: {error}", file=sys.stderr)
        return 1
    for name, value in sorted(outputs.items()):
        print(f"{name:24} {value}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
