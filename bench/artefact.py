"""The artefact that ships, unzipped, and an interpreter that sees nothing else."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from infra import package

BENCH = Path(__file__).resolve().parent

# -I and -S: no environment, no user site, no site-packages; only what is put on the path below.
RUNNER = (
    "import sys; sys.path[:0] = {paths!r}; sys.argv = {argv!r}; "
    "import runpy; runpy.run_path({script!r}, run_name='__main__')"
)


def unzipped(stage: str = "local") -> tuple[Path, Path]:
    """The zip of a stage and a folder with its content, fresh."""
    built = package.build(stage)
    folder = built.zip.parent / "unzipped"
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(built.zip) as archive:
        archive.extractall(folder)
    return built.zip, folder


def environment(endpoint: str) -> dict[str, str]:
    """What the function finds in its environment, with AWS at `endpoint`."""
    names = {
        "STAGE": "bench",
        "SECRETS_PREFIX": "/aduan/bench",
        "COMPLAINTS_TABLE": "bench-complaints",
        "CONTROL_TABLE": "bench-control",
        "MEDIA_BUCKET": "bench-media",
        "OUTBOX_TOPIC": "arn:aws:sns:ap-southeast-3:000000000000:bench-outbox",
    }
    return {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_REGION": "ap-southeast-3",
        "AWS_DEFAULT_REGION": "ap-southeast-3",
        **{f"ADUAN_{name}": value for name, value in names.items()},
    }


def run(script: str, argv: list[str], paths: list[Path], endpoint: str, stdin: str) -> Any:
    """Run one of our probes in a fresh interpreter and read the JSON it prints last."""
    code = RUNNER.format(paths=[str(path) for path in paths], argv=[script, *argv], script=str(BENCH / script))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code],
        input=stdin,
        env=environment(endpoint),
        cwd="/",
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout.splitlines()[-1])
