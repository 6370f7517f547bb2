"""The walls between the parts of the program, and what must never be written in it."""

import ast
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from core import DATASETS, MODELS

# In one process all files are parsed once.
pytestmark = pytest.mark.xdist_group("walls")

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "core").rglob("*.py"))
PRODUCT = [ROOT / "app.py", *CORE, *sorted((ROOT / "pages").rglob("*.py"))]
ENGINE = ROOT / "core" / "engine"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imported(path: Path) -> set[str]:
    """Every module, and every name from a module, that a file imports: "dask", "torch.load"."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def importing(paths: Iterable[Path], packages: set[str]) -> list[str]:
    """The files that import any of some packages."""
    return [name_of(path) for path in paths if {name.split(".")[0] for name in imported(path)} & packages]


def test_core_knows_no_browser():
    assert importing(CORE, {"streamlit", "plotly", "pages", "app", "starlette", "uvicorn"}) == []


def test_only_the_engine_knows_its_library():
    assert importing([path for path in PRODUCT if ENGINE not in path.parents], {"dask", "distributed"}) == []


def test_core_does_without_its_engine():
    others = [path for path in CORE if ENGINE not in path.parents]
    assert [path for path in others if any(name.startswith("core.engine") for name in imported(path))] == []


def test_reading_does_without_what_is_made_of_it():
    parse = [path for path in CORE if path.parent.name == "parse"]
    beyond = ("core.uploads.prepare", "core.uploads.shelf", "torch")
    assert parse
    assert [path for path in parse if any(name.startswith(beyond) for name in imported(path))] == []


def test_nothing_runs_code_from_a_file_or_a_name():
    assert importing(PRODUCT, {"pickle", "cloudpickle", "dill", "shelve", "joblib"}) == []
    for path in PRODUCT:
        assert "torch.load" not in imported(path), path
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr == "load":
                assert ast.unparse(node) != "torch.load", f"{path}, line {node.lineno}"
            if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "unsafe_allow_html"):
                assert ast.unparse(node.value) == "False", f"{path}, line {node.lineno}"


@pytest.mark.parametrize(("folder", "table"), [("models", MODELS), ("datasets", DATASETS)])
def test_every_file_stands_in_its_table(folder, table):
    files = {path.stem for path in (ROOT / "core" / folder).glob("*.py") if not path.stem.startswith("_")}
    assert files <= table.keys()
    homes = {(getattr(entry, "read", entry)).__module__ for entry in table.values()}
    assert {f"core.{folder}.{file}" for file in files} == homes


def test_importing_core_stays_light():
    # The web server imports all of this, and pays for every library it brings in memory and in pauses.
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in CORE if "engine" not in path.parts]
    modules = ", ".join(name.removesuffix(".__init__") for name in names)
    heavy = {"sklearn", "umap", "numba", "streamlit", "plotly", "dask", "distributed", "pandas", "clevercsv"}
    script = f"import sys, {modules}\nprint(*sorted(set(sys.modules) & {heavy}))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_no_dataset_and_model_share_the_name_of_a_knob():
    # Widgets and addresses know a knob by its name alone.
    for dataset, source in DATASETS.items():
        data = {knob.name for knob in source.Parameters.knobs()} | {"dataset", "model", "steps", "seed"}
        for model, made in MODELS.items():
            shared = data & {knob.name for knob in made.Hyperparameters.knobs()}
            assert not shared, f"{dataset} and {model} both have {shared}"
