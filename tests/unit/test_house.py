"""The house rules of docs/architecture.md, read off the code: who may import whom."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "chalicelib"

# Third-party libraries with a home; nobody else may know them.
HOMES = {
    "pynamodb": {"store"},
    "botocore": {"store"},
    "boto3": set[str](),
    "chalice": {"api"},
}
LONGEST = 420


def modules() -> list[Path]:
    return sorted(path for path in LIB.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    parts = path.relative_to(LIB).parts
    return parts[0] if len(parts) > 1 else ""


def house() -> dict[str, set[str]]:
    """The table of docs/architecture.md: what each room, by its path, may import of the project."""
    page = (ROOT / "docs/architecture.md").read_text()
    section = page.partition("## The house")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([^`]+)` \|.*\|([^|]+)\|$", section, re.M)
    return {path.rstrip("/"): set(re.findall(r"\w+", allowed)) - {"nothing"} for path, allowed in rows}


HOUSE = house()
BESIDE = "chalicelib/*.py"
# Folders whose packages are called otherwise, and what is a single file.
NAMES = {"client": "aduan_client", "app.py": "app"}


def row(path: Path) -> str:
    """The row of the table that a file belongs to."""
    if path.parent == LIB:
        return BESIDE
    place = path.relative_to(ROOT)
    return next(str(one) for one in (place, *place.parents) if str(one) in HOUSE)


def project(path: Path) -> set[str]:
    """The rooms of the project that a file imports; BESIDE for what lies beside them."""
    found = set()
    tops = {NAMES.get(one, one) for one in HOUSE if "/" not in one} | {"tests"}
    for name in imports(path):
        top, _, rest = name.partition(".")
        if top == "chalicelib" and rest:
            inner = rest.partition(".")[0]
            found.add(inner if (LIB / inner).is_dir() else BESIDE)
        elif top in tops:
            found.add(top)
    return found


def everything() -> list[Path]:
    folders = [ROOT / one for one in HOUSE if "/" not in one and one != "app.py"]
    return [ROOT / "app.py", *modules(), *sorted(path for folder in folders for path in folder.rglob("*.py"))]


@pytest.mark.parametrize("path", everything(), ids=lambda path: str(path.relative_to(ROOT)))
def test_dependencies_point_inward(path: Path) -> None:
    mine = row(path)
    itself = mine.rpartition("/")[2]
    allowed = HOUSE[mine] | {NAMES.get(itself, itself), BESIDE if HOUSE[mine] else mine}
    assert project(path) <= allowed, f"{path.relative_to(ROOT)} reaches into {project(path) - allowed}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_libraries_stay_at_home(path: Path) -> None:
    for name in imports(path):
        home = HOMES.get(name.split(".")[0])
        assert home is None or room(path) in home, f"{name} does not belong in {path.relative_to(ROOT)}"


def test_the_heart_does_no_input_or_output() -> None:
    for path in (LIB / "complaints").rglob("*.py"):
        assert not imports(path) & {"os", "pathlib", "socket", "requests", "urllib.request", "subprocess", "boto3"}


def test_app_holds_doors_and_no_logic() -> None:
    tree = ast.parse((ROOT / "app.py").read_text())
    branches = [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.Try | ast.While)]
    assert branches == []
    # A door is five lines; every function that ships has one.
    assert len((ROOT / "app.py").read_text().splitlines()) <= 200


def test_no_module_outgrows_a_newcomer() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for folder in ("chalicelib", "scheduled", "infra", "client/aduan_client", "bench")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > LONGEST
    }
    assert long == {}
