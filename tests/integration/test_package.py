"""The zip alone: what Lambda gets must be the same for the same tree, complete, and start without compiling."""

import marshal
import os
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from infra import artefact, package

MAX_MB = 15  # the budget


@pytest.fixture(scope="module")
def built() -> package.Package:
    return package.build("local")


@pytest.fixture(scope="module")
def unpacked(built: package.Package, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip as Lambda would lay it out, with every source replaced by one that fails when it is compiled."""
    folder = tmp_path_factory.mktemp("task")
    with zipfile.ZipFile(built.zip) as archive:
        archive.extractall(folder)
    for source in folder.rglob("*.py"):
        source.write_text("raise AssertionError(f'{__file__} was compiled')\n")
    return folder


def run_alone(unpacked: Path, code: str, tmp_path: Path) -> str:
    """Run code in an interpreter that sees the standard library and the zip's folder, and nothing else."""
    start = "import sys; sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True\n"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", start + textwrap.dedent(code), str(unpacked)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.defpath, "AWS_DEFAULT_REGION": "ap-southeast-3"},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_same_tree_gives_the_same_bytes_wherever_and_whenever_it_is_built(
    built: package.Package, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere"
    for name in package.INPUTS:
        source, target = package.ROOT / name, copy / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)
    for path in copy.rglob("*.py"):
        os.utime(path, (0, 0))
        path.chmod(0o700)
    stray = copy / "chalicelib/__pycache__/stray.cpython-311.pyc"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"not ours")
    (copy / "chalicelib/.notes.swp").write_text("an editor's")
    (copy / ".local/build").mkdir(parents=True)
    (copy / ".local/build/dependencies").symlink_to(package.ROOT / ".local/build/dependencies")

    again = package.build("local", copy)

    assert again.sha256 == built.sha256
    assert again.zip.read_bytes() == built.zip.read_bytes()
    assert again.template.read_bytes() == built.template.read_bytes()


def test_an_unchanged_tree_is_not_built_again(built: package.Package) -> None:
    before = built.zip.stat().st_mtime_ns
    assert package.build("local") == built
    assert built.zip.stat().st_mtime_ns == before


@pytest.mark.parametrize("changed", package.INPUTS)
def test_every_input_counts(changed: str, tmp_path: Path) -> None:
    for name in package.INPUTS:
        target = tmp_path / name if (package.ROOT / name).is_file() else tmp_path / name / "file"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("before")
    before = package.fingerprint_of(tmp_path, "{}")
    target = tmp_path / changed
    (target / "file" if target.is_dir() else target).write_text("after!")
    assert package.fingerprint_of(tmp_path, "{}") != before


def test_the_zip_is_small_and_plain(built: package.Package) -> None:
    assert built.zip.stat().st_size <= MAX_MB * 1e6
    with zipfile.ZipFile(built.zip) as archive:
        entries = archive.infolist()
    names = [entry.filename for entry in entries]
    assert names == sorted(names)
    assert {entry.date_time for entry in entries} == {artefact.DATE}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {"app.py", "chalice/app.py", "scheduled/outbox_sweep.py", "botocore/data/endpoints.json"} <= set(names)
    assert not [name for name in names if name.startswith(("infra/", "tests/", "bench/", "client/", "boto3/"))]


def test_every_module_has_bytecode_that_is_used_unchecked(built: package.Package) -> None:
    with zipfile.ZipFile(built.zip) as archive:
        names = set(archive.namelist())
        sources = {name for name in names if name.endswith(".py")}
        compiled = {name for name in names if name.endswith(".pyc")}
        tag = sys.implementation.cache_tag
        for source in sources:
            folder, _, file = source.rpartition("/")
            pyc = f"{folder}/__pycache__/{file[:-3]}.{tag}.pyc".lstrip("/")
            assert pyc in compiled, source
            content = archive.read(pyc)
            # PEP 552: bit 0 says checked by hash, not by date; bit 1, which is off, that the source is hashed at all.
            assert int.from_bytes(content[4:8], "little") == 0b01, pyc
            assert marshal.loads(content[16:]).co_filename == f"{artefact.TASK_ROOT}/{source}"
        assert len(compiled) == len(sources)


def test_the_zip_alone_answers_a_request_without_compiling_anything(unpacked: Path, tmp_path: Path) -> None:
    said = run_alone(
        unpacked,
        """
        import app
        answer = app.app({
            "requestContext": {"httpMethod": "GET", "resourcePath": "/health", "identity": {}},
            "headers": {}, "multiValueQueryStringParameters": None, "pathParameters": None,
            "body": None, "isBase64Encoded": False, "stageVariables": None}, None)
        import sysconfig
        standard = sysconfig.get_paths()["stdlib"], sysconfig.get_paths()["platstdlib"]
        strangers = [m.__file__ for m in list(sys.modules.values())
                     if getattr(m, "__file__", None) and not m.__file__.startswith((sys.argv[1], *standard))]
        print(answer["statusCode"], strangers)
        """,
        tmp_path,
    )
    assert said.splitlines()[-1] == "200 []"


def test_the_zip_alone_has_everything_that_any_module_imports(unpacked: Path, tmp_path: Path) -> None:
    said = run_alone(
        unpacked,
        """
        import importlib, pkgutil
        import app, chalicelib, scheduled
        for parent in (chalicelib, scheduled):
            for found in pkgutil.walk_packages(parent.__path__, parent.__name__ + "."):
                importlib.import_module(found.name)
        for name in ("app", "forward", "reply", "fetch_media", "outbox_sweep", "routing_retrain", "retention"):
            assert callable(getattr(app, name)), name
        print(len([name for name in sys.modules if name.startswith("chalicelib.")]) > 10)
        """,
        tmp_path,
    )
    assert said.splitlines()[-1] == "True"


def test_the_zip_describes_exactly_the_services_that_are_called() -> None:
    called = {"dynamodb"}  # through PynamoDB
    for folder in ("chalicelib", "scheduled"):
        for path in (package.ROOT / folder).rglob("*.py"):
            called |= set(re.findall(r'\bclient\(\s*"([a-z0-9-]+)"', path.read_text()))
    assert called == artefact.SERVICES


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("app.py", True),
        ("chalicelib/pages/home.html", True),
        ("botocore/data/dynamodb/2012-08-10/service-2.json.gz", True),
        ("botocore/data/ec2/2016-11-15/service-2.json.gz", False),
        ("botocore/data/partitions.json", True),
        ("botocore-1.0.dist-info/RECORD", False),
        ("botocore-1.0.dist-info/METADATA", True),
        ("requests/__pycache__/api.cpython-311.pyc", False),
        ("msgspec/__init__.pyi", False),
        ("jmespath-1.0.data/scripts/jp.py", False),
        ("dateutil/tests/test_tz.py", False),
        ("tzdata/__init__.py", True),
        ("tzdata/zoneinfo/__init__.py", True),
        ("tzdata/zoneinfo/Asia/__init__.py", True),
        ("tzdata/zoneinfo/Asia/Makassar", True),
        ("tzdata/zoneinfo/Asia/Tokyo", False),
        ("tzdata/zoneinfo/UTC", False),
        ("tests.py", True),
    ],
)
def test_what_is_needed(name: str, needed: bool) -> None:
    assert artefact.is_needed(name) is needed


def test_an_unsupported_python_is_refused_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "PYTHONS", ((3, 1), (3, 2)))
    with pytest.raises(
        package.PackagingFailed, match=r"^Packaging needs Python 3\.11 to 3\.13, this is 3\.\d+\.\d+\.$"
    ):
        package.build("local")


def test_an_unknown_stage_is_refused_in_one_sentence() -> None:
    with pytest.raises(
        package.PackagingFailed, match=r"^There is no stage moon; the stages are local, staging, production\.$"
    ):
        package.build("moon")
