"""From the zip that Chalice writes to the zip that is deployed: smaller, with bytecode, the same for the same tree.

Lambda's file system is read-only and the zip's dates are those of 1980, so without bytecode every cold start compiles
botocore again, and bytecode checked by date would never be used (aws/chalice#868, aws/aws-lambda-builders#924).
Unchecked-hash bytecode is used as it is: the import of the application takes less than half the time.
"""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path, PurePosixPath

TASK_ROOT = "/var/task"
# The oldest date a zip can hold.
DATE = (1980, 1, 1, 0, 0, 0)

# botocore describes some four hundred services in 20 MB; the functions call these.
SERVICES = frozenset({"dynamodb", "lambda", "s3", "ses", "sns", "sqs", "ssm"})
# Of the world's time zones, Indonesia's: WIB (two of them), WITA and WIT.
ZONES = frozenset({"Jakarta", "Pontianak", "Makassar", "Jayapura"})
# fpdf2 asks for Pillow and does without it where no picture is drawn: 8 MB. fontTools' compiled modules only make
# faster what is never done here, and each has its Python twin: 4 MB.
NOT_SHIPPED = ("PIL", "pillow.libs", "pillow-")
COMPILED_TWINS = "fontTools"
# Of a package's metadata, what tells its name, version and licence stays.
NOISE = frozenset({"RECORD", "INSTALLER", "REQUESTED", "WHEEL", "direct_url.json", "top_level.txt", "entry_points.txt"})


def is_needed(name: str) -> bool:
    """Whether a file of Chalice's zip goes into ours."""
    path = PurePosixPath(name)
    if name.endswith("/") or path.suffix in {".pyc", ".pyi", ".pyx", ".pxd"} or "__pycache__" in path.parts:
        return False
    top = path.parts[0]
    if top.startswith(NOT_SHIPPED) or (top == COMPILED_TWINS and path.suffix in {".so", ".c"}):
        return False
    if top.endswith(".dist-info"):
        return path.name not in NOISE
    if top.endswith(".data") or top == "bin":
        return False
    if path.parts[:2] == ("botocore", "data"):
        return len(path.parts) == 3 or path.parts[2] in SERVICES
    if path.parts[:2] == ("tzdata", "zoneinfo") and path.name != "__init__.py":
        return path.parts[2:] in {("Asia", zone) for zone in ZONES}
    return not {"tests", "test"} & set(path.parts[1:-1])


def finish(source: Path, target: Path, work: Path) -> None:
    """Write `target` from Chalice's zip `source`; `work` is emptied and left with what `target` holds."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    with zipfile.ZipFile(source) as archive:
        archive.extractall(work, [name for name in archive.namelist() if is_needed(name)])
    compile_tree(work)
    write_zip(target, work)


def compile_tree(root: Path) -> None:
    """Put unchecked-hash bytecode, made by this interpreter, beside every module, as if it lay in Lambda's folder.

    A process of its own, with fixed hashing: what else runs here does not change a byte.
    """
    command = [sys.executable, "-s", "-S", "-m", "compileall", "-q", "-f", "-j", "1"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", str(root), "-p", TASK_ROOT, str(root)]
    subprocess.run(command, check=True, env={"PYTHONHASHSEED": "0", "PATH": os.defpath})


def write_zip(target: Path, root: Path) -> None:
    """A zip of a folder whose bytes depend on nothing but names and contents."""
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    partial = target.with_suffix(".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in names:
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is made
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, (root / name).read_bytes())
    partial.replace(target)
