"""Build what is deployed: `python -m infra.package --stage local` writes `.local/build/<stage>/`.

sam.json        the template: what Chalice makes of app.py, merged with resources.yaml, api.yaml and alarms.yaml
deployment.zip  the code with its dependencies; the same tree gives the same bytes
"""

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.artefact import finish
from infra.locks import held

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ((3, 11), (3, 13))  # what Lambda runs and the dependencies support

# What Chalice needs to see, and nothing that lies about beside it.
SOURCES = ("app.py", "chalicelib", "scheduled", ".chalice/config.json", "infra/policies", "infra/cities")
MERGED = ("infra/resources.yaml", "infra/api.yaml", "infra/alarms.yaml")
INPUTS = (*SOURCES, *MERGED, "infra/package.py", "infra/artefact.py", "requirements.txt")

# pip takes a platform literally, so every tag that the runtime's C library can load is named: Amazon Linux 2
# (python3.11) has glibc 2.26, Amazon Linux 2023 has 2.34.
GLIBC = {(3, 11): ("2014", "_2_17", "_2_24", "_2_26"), "newer": ("2014", "_2_17", "_2_24", "_2_26", "_2_28", "_2_34")}
ARCHITECTURES = {"arm64": "aarch64", "aarch64": "aarch64", "x86_64": "x86_64", "amd64": "x86_64"}


class PackagingFailed(RuntimeError):
    """The package could not be built; the message says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Package:
    """Where the two files lie; `sha256` is the zip's."""

    template: Path
    zip: Path
    sha256: str


def build(stage: str, root: Path = ROOT, out: Path | None = None) -> Package:
    """Build the package of a stage, or return the one that was built from the same inputs. Raises PackagingFailed."""
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        raise PackagingFailed(f"Packaging needs Python 3.11 to 3.13, this is {platform.python_version()}.")
    config = json.loads((root / ".chalice/config.json").read_text())
    if stage not in config["stages"]:
        raise PackagingFailed(f"There is no stage {stage}; the stages are {', '.join(config['stages'])}.")
    if stage == "local":
        config["stages"][stage]["lambda_architecture"] = this_machine()
    out = out or root / ".local/build" / stage
    with held(root / ".local/build/lock"):
        return build_into(out, root, stage, config)


def build_into(out: Path, root: Path, stage: str, config: dict[str, Any]) -> Package:
    """The same, in a folder that nobody else is building in."""
    out.mkdir(parents=True, exist_ok=True)
    template_file, zip_file = out / "sam.json", out / "deployment.zip"
    fingerprint = fingerprint_of(root, json.dumps(config, sort_keys=True))
    stamp = out / "inputs.sha256"
    if all(path.exists() for path in (stamp, template_file, zip_file)):
        built_from, sha256 = stamp.read_text().split()
        if built_from == fingerprint:
            return Package(template_file, zip_file, sha256)

    stamp.unlink(missing_ok=True)
    tree = out / "tree"
    copy_tree(root, tree, config)
    architecture = config["stages"][stage]["lambda_architecture"]
    wheels = install_dependencies(root / "requirements.txt", architecture, root / ".local/build/dependencies")
    for entry in sorted(wheels.iterdir()):
        (tree / "vendor" / entry.name).symlink_to(entry)
    chalice_package(stage, tree, out / "chalice")
    finish(out / "chalice/deployment.zip", zip_file, out / "unpacked")
    template = YAMLTemplateSerializer().load_template((out / "chalice/sam.yaml").read_text())
    template_file.write_text(json.dumps(template, indent=1, sort_keys=True))
    shutil.rmtree(out / "chalice")

    sha256 = hashlib.sha256(zip_file.read_bytes()).hexdigest()
    stamp.write_text(f"{fingerprint}\n{sha256}\n")
    return Package(template_file, zip_file, sha256)


def this_machine() -> str:
    """Lambda's name for this machine's processor. Raises PackagingFailed for one that Lambda does not have."""
    machine = ARCHITECTURES.get(platform.machine().lower())
    if machine is None:
        raise PackagingFailed(f"Lambda has no {platform.machine()} processors.")
    return {"aarch64": "arm64"}.get(machine, machine)


def sources(root: Path, names: tuple[str, ...]) -> Iterator[Path]:
    """The files below `names`, in a fixed order, without caches and hidden files."""
    for name in names:
        path = root / name
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            inner = file.relative_to(path).parts
            if file.is_file() and file.suffix != ".pyc" and not any(p[0] == "." or p == "__pycache__" for p in inner):
                yield file


def fingerprint_of(root: Path, config: str) -> str:
    """A hash of everything that can change the package."""
    digest = hashlib.sha256(f"{sys.version} {config}".encode())
    for file in sources(root, INPUTS):
        digest.update(f"{file.relative_to(root).as_posix()} {file.stat().st_size}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def copy_tree(root: Path, tree: Path, config: dict[str, Any]) -> None:
    """A clean project for Chalice: a stray file in the real one would change the zip."""
    shutil.rmtree(tree, ignore_errors=True)
    for file in sources(root, SOURCES):
        target = tree / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    (tree / ".chalice/config.json").write_text(json.dumps(config))
    # The dependencies come through vendor/, verified; see install_dependencies.
    (tree / "requirements.txt").write_text("")
    (tree / "vendor").mkdir()
    (tree / "vendor/scheduled").symlink_to("../scheduled")
    (tree / "vendor/cities").symlink_to("../infra/cities")  # whose years are replayed (desk/replaying.py)
    loader = YAMLTemplateSerializer()
    merged: dict[str, dict[str, Any]] = {}
    for name in MERGED:
        for section, entries in loader.load_template((root / name).read_text()).items():
            merged.setdefault(section, {}).update(entries)
    (tree / "merge.yaml").write_text(loader.serialize_template(merged))


def install_dependencies(requirements: Path, architecture: str, cache: Path) -> Path:
    """The dependencies for Lambda's platform in a folder of their own, each file verified by its hash.

    Chalice would fetch them as well, but for another platform than this machine's it asks pip for name and version
    only, without the hashes.
    """
    version = sys.version_info[:2]
    machine = ARCHITECTURES[architecture]
    tags = GLIBC.get(version, GLIBC["newer"])
    content = requirements.read_bytes() + repr((version, machine, tags)).encode()
    folder = cache / f"{machine}-{version[0]}.{version[1]}-{hashlib.sha256(content).hexdigest()[:16]}"
    if folder.exists():
        return folder
    partial = folder.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    command += ["--require-hashes", "--only-binary=:all:", "--no-deps", "--target", str(partial)]
    command += ["--implementation", "cp", "--python-version", f"{version[0]}.{version[1]}"]
    for tag in tags:
        command += ["--platform", f"manylinux{tag}_{machine}"]
    run([*command, "--requirement", str(requirements)], "The dependencies could not be installed")
    shutil.rmtree(partial / "bin", ignore_errors=True)
    partial.replace(folder)
    return folder


def chalice_package(stage: str, tree: Path, out: Path) -> None:
    """Let Chalice write its zip and the merged template."""
    shutil.rmtree(out, ignore_errors=True)
    command = [sys.executable, "-c", "from chalice.cli import main; main()"]
    command += ["--project-dir", str(tree), "package", "--stage", stage, "--merge-template", "merge.yaml", str(out)]
    # Chalice asks for a region to name service principals; every region of a partition gives the same.
    clean = {"AWS_DEFAULT_REGION": "ap-southeast-3", "PYTHONDONTWRITEBYTECODE": "1"}
    run(command, "Chalice could not package the application", {**os.environ, **clean})


def run(command: list[str], failure: str, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; when it fails, say so with the last lines it wrote. Raises PackagingFailed."""
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise PackagingFailed(f"{failure}:\n{said}")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.package", description=__doc__.splitlines()[0])
    parser.add_argument("--stage", default="local")
    stage = parser.parse_args().stage
    try:
        package = build(stage)
    except PackagingFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    size = package.zip.stat().st_size / 1e6
    print(f"{package.zip.relative_to(ROOT)}  {size:.1f} MB  sha256 {package.sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
