"""The local cloud: `python -m infra.local.cloud up|down|status`.

`up` starts MiniStack and the simulators on this machine's own address, deploys the very package and template that go
to AWS, and writes `.local/cloud.json`, which tells everybody else where everything is. What it keeps lies in `.local/`.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from infra import deploy, package, settings
from infra.local import gaps, ministack, staff
from infra.local.ports import HOST, owner, taken
from infra.local.processes import Daemon, WillNotStop

STAGE = "local"
PORT = 4580
START_SECONDS = 90.0
# MiniStack writes everything it holds to disk when it stops.
SAVE_SECONDS = 300.0
SIMULATOR_SECONDS = 10.0
MAIL_SECONDS = 60.0
# Every function: what cloud.json calls it, and the template.
FUNCTIONS = {
    "api": "APIHandler",
    "forward": "Forward",
    "reply": "Reply",
    "fetch_media": "FetchMedia",
    "push_sie": "PushSie",
    "outbox_sweep": "OutboxSweep",
    "routing_retrain": "RoutingRetrain",
    "retention": "Retention",
    "write_export": "WriteExport",
    "alert_feedback": "AlertFeedback",
    "sla_alerts": "SlaAlerts",
    "deadline_recompute": "DeadlineRecompute",
    "digests": "Digests",
    "daily_figures": "DailyFigures",
    "monthly_summary": "MonthlySummary",
}


class CloudFailed(RuntimeError):
    """The local cloud could not be started or stopped; the message says why."""


class Cloud:
    """One local cloud: three ports from `port` on, and a folder that holds all it keeps."""

    def __init__(self, root: Path, port: int = PORT, home: Path | None = None) -> None:
        self.root = root
        self.port = port
        self.home = home or root / ".local"
        self.aws = f"http://{HOST}:{port}"
        self.lapor = f"http://{HOST}:{port + 1}"
        self.outbound = f"http://{HOST}:{port + 2}"
        self.ministack = self._daemon("ministack")
        self.simulators = {port + 1: self._daemon("lapor_simulator"), port + 2: self._daemon("outbound_simulator")}

    def _daemon(self, name: str) -> Daemon:
        return Daemon(name, self.home / "run", self.home / "log" / f"{name}.log")

    def up(self, enforce_iam: bool = True) -> dict[str, Any]:
        """Start what is not running, deploy what has changed; returns what cloud.json holds.

        Raises CloudFailed, PackagingFailed, DeploymentFailed, SetupFailed.
        """
        known = self.known()
        if known and known["port"] != self.port and self.ministack.pid():
            raise CloudFailed(f"The local cloud runs on port {known['port']} already; stop it with: make down")
        if not known or known["port"] != self.port:
            self.down()  # what a cloud that did not end well left running has other secrets or ports
        # Random words that only this machine's cloud knows.
        passwords = {name: known.get("secrets", {}).get(name) or settings.new_secret(name) for name in settings.SECRETS}
        self.start(passwords, enforce_iam)
        stage = settings.load(STAGE).with_parameters(
            LaporBaseUrl=self.lapor,
            WhatsappApiUrl=f"{self.outbound}/whatsapp",
            LocalUrl=self.aws,
            SieUrl=f"{self.outbound}/sie",
        )
        clients = deploy.clients_for(stage, self.aws)
        for name, value in passwords.items():
            clients("ssm").put_parameter(
                Name=f"{stage.secrets_prefix}/{name}", Value=value, Type="SecureString", Overwrite=True
            )
        absent = deploy.missing(stage, clients)
        if absent:
            raise CloudFailed("\n".join(absent))
        built = package.build(STAGE, self.root)
        outputs = deploy.deploy(stage, built, clients)
        template = json.loads(built.template.read_text())
        gaps.ensure_gateway_responses(clients("apigateway"), outputs["RestAPIId"], STAGE, template)
        functions = [outputs[f"{logical}Name"] for logical in FUNCTIONS.values()]
        gaps.allow_what_aws_allows(clients("iam"), clients("lambda"), functions, outputs["OutboxTopicArn"])
        gaps.ensure_mail_feedback(clients("ses"), stage.parameters["AlertSender"], outputs["AlertFeedbackTopicArn"])
        people = staff.with_passwords(known.get("staff", []))
        staff.ensure(clients("cognito-idp"), outputs["UserPoolId"], people)
        cloud = self._describe(stage, outputs, passwords, people)
        self._write(cloud)
        return cloud

    def start(self, passwords: dict[str, str], enforce_iam: bool) -> None:
        """Start MiniStack and the simulators unless they run. Raises CloudFailed."""
        self._check_ports()
        if not self.ministack.pid():
            python = ministack.environment(self.root / ".local")
            shutil.rmtree(self.home / "tmp", ignore_errors=True)  # unpacked functions of a cloud that was killed
            (self.home / "tmp").mkdir(parents=True)
            ministack.settle(self.home / "state", self.port)
            variables = ministack.variables(self.home, self.port, enforce_iam)
            self.ministack.start([str(python), "-m", "ministack"], variables, self.home)
        lapor, outbound = self.simulators
        words = [f"--auth={passwords['lapor_auth']}", f"--token={passwords['lapor_token']}"]
        self._start_simulator(lapor, "lapor", words)
        words = [f"--token={passwords['whatsapp_access_token']}", f"--ministack={self.aws}"]
        self._start_simulator(outbound, "sent", words)
        self._wait(self.ministack, partial(ministack.healthy, self.aws))
        for port, simulator in self.simulators.items():
            self._wait(simulator, partial(taken, port))

    def _start_simulator(self, port: int, journal: str, words: list[str]) -> None:
        daemon = self.simulators[port]
        if not daemon.pid():
            command = [sys.executable, "-m", f"infra.local.{daemon.name}", "--port", str(port)]
            command += ["--state", str(self.home / f"{journal}.jsonl"), *words]
            daemon.start(command, {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(self.root)}, self.root)

    def _check_ports(self) -> None:
        for port, daemon in {self.port: self.ministack, **self.simulators}.items():
            if not daemon.pid() and taken(port):
                raise CloudFailed(
                    f"Port {port}, which {daemon.name} needs, is taken by {owner(port)}. "
                    f"Choose three others with: make up PORT={self.port + 120}"
                )

    def _wait(self, daemon: Daemon, ready: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while not ready():
            if not daemon.pid():
                raise CloudFailed(f"{daemon.name} ended at once; it said:\n{daemon.last_words()}")
            if time.monotonic() > until:
                raise CloudFailed(f"{daemon.name} did not answer within {START_SECONDS:.0f} s; see {daemon.log}.")
            time.sleep(0.05)

    def down(self) -> None:
        """Stop everything; what MiniStack holds is on disk when this returns. Raises CloudFailed."""
        self._save_mails()
        try:
            self.ministack.stop(SAVE_SECONDS)
            for simulator in self.simulators.values():
                simulator.stop(SIMULATOR_SECONDS)
        except WillNotStop as refusal:
            raise CloudFailed(str(refusal)) from None

    def _save_mails(self) -> None:
        """Let the outbound simulator fetch the mails of the last seconds, which MiniStack does not write to disk."""
        if self.ministack.pid() and self.simulators[self.port + 2].pid():
            url = f"{self.outbound}/mailbox"
            with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=MAIL_SECONDS):  # noqa: S310 - our own
                pass

    def status(self) -> dict[str, int | None]:
        """The process id of every program, None where it does not run."""
        return {daemon.name: daemon.pid() for daemon in (self.ministack, *self.simulators.values())}

    def known(self) -> dict[str, Any]:
        """What the last `up` wrote; empty before the first."""
        try:
            found: dict[str, Any] = json.loads((self.home / "cloud.json").read_text())
        except (OSError, ValueError):
            return {}
        return found

    def _describe(
        self,
        stage: settings.StageSettings,
        outputs: dict[str, str],
        passwords: dict[str, str],
        people: list[staff.Person],
    ) -> dict[str, Any]:
        api = f"{self.aws}/restapis/{outputs['RestAPIId']}/{STAGE}/_user_request_"
        return {
            "port": self.port,
            "api": api,
            "public_base_url": api,
            "aws_endpoint": self.aws,
            **deploy.LOCAL_KEYS,
            "region": stage.region,
            "lapor_simulator": self.lapor,
            "outbound_simulator": self.outbound,
            "mailbox": f"{self.outbound}/mailbox",
            "secrets": passwords,
            "cognito": {
                "endpoint": self.aws,
                "client_id": outputs["UserPoolClientId"],
                "user_pool_id": outputs["UserPoolId"],
            },
            "staff": people,
            "functions": {name: outputs[f"{logical}Name"] for name, logical in FUNCTIONS.items()},
            "tables": {"complaints": outputs["ComplaintsTableName"], "control": outputs["ControlTableName"]},
            "queues": {
                name: {"url": outputs[f"{logical}QueueUrl"], "dead_letters": outputs[f"{logical}DeadLettersUrl"]}
                for name, logical in {"forward": "Forward", "reply": "Reply", "media": "Media", "sie": "Sie"}.items()
            },
            "media_bucket": outputs["MediaBucketName"],
        }

    def _write(self, cloud: dict[str, Any]) -> None:
        """Write cloud.json in one go, for this user's eyes only: it holds passwords."""
        partial = self.home / "cloud.json.part"
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(cloud, indent=2) + "\n")
        partial.replace(self.home / "cloud.json")


def port_number(text: str) -> int:
    """A port of which the next two are ports, too. Raises ArgumentTypeError."""
    if not text.isdigit() or not 1024 <= int(text) <= 65533:
        raise argparse.ArgumentTypeError(f"{text} is no port; choose one from 1024 to 65533")
    return int(text)


def main() -> int:
    """The command line."""
    os.umask(0o077)  # what lies in .local holds passwords, and what citizens wrote
    parser = argparse.ArgumentParser(prog="python -m infra.local.cloud", description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("up", "down", "status"))
    parser.add_argument(
        "--port", type=port_number, help=f"the first of three ports (default: the last one used, or {PORT})"
    )
    parser.add_argument("--no-iam", action="store_true", help="let every function do everything")
    arguments = parser.parse_args()
    port = arguments.port or Cloud(package.ROOT).known().get("port", PORT)
    cloud = Cloud(package.ROOT, port)
    try:
        if arguments.what == "up":
            cloud.up(enforce_iam=not arguments.no_iam)
        elif arguments.what == "down":
            cloud.down()
        for name, pid in cloud.status().items():
            print(f"{name:20} {f'running, process {pid}' if pid else 'not running'}")
    except (
        CloudFailed,
        package.PackagingFailed,
        deploy.DeploymentFailed,
        ministack.SetupFailed,
        settings.SettingsWrong,
    ) as failure:
        print(failure, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"The local cloud refused or did not answer: {error}; see .local/log/.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
