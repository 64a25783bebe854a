"""The house rules of docs/architecture.md, read off the code: who may import whom."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "chalicelib"

# What each room may import of the project; everything may import the small modules beside the rooms.
MAY_IMPORT = {
    "complaints": {"complaints"},
    "channels": {"channels", "complaints"},
    "lapor": {"lapor", "complaints"},
    "store": {"store", "complaints"},
    "pages": {"pages", "complaints"},
    "desk": {"desk", "store", "channels", "lapor", "pages", "complaints"},
    "api": {"api", "desk", "store", "channels", "pages", "complaints"},
}
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


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_dependencies_point_inward(path: Path) -> None:
    mine = room(path)
    rooms = {name.split(".")[1] for name in imports(path) if name.startswith("chalicelib.") and "." in name}
    foreign = {name for name in rooms if name in MAY_IMPORT}
    if mine:
        assert foreign <= MAY_IMPORT[mine], f"{path.name} reaches into {foreign - MAY_IMPORT[mine]}"
    else:
        assert not foreign, f"{path.name} lies beside the rooms and must not reach into {foreign}"
    if mine == "complaints":
        assert not {name for name in imports(path) if name == "chalicelib" or name.startswith("chalicelib.")} - {
            name for name in imports(path) if name.startswith("chalicelib.complaints")
        }


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
