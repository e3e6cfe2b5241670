"""What we hand out: the wheel and the source archive hold what runs, and nothing that does not."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "guidetrack"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of this tree."""
    pytest.importorskip("hatchling", reason="needs the development tools: pip install -e '.[dev]'")
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel."""
    (found,) = built.glob("*.whl")
    return found


def shipped() -> set[str]:
    """Every file of the package that belongs to it, relative to the project."""
    return {str(path.relative_to(ROOT)) for path in PACKAGE.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"}


def test_the_wheel_is_the_package_and_the_catalogue(wheel: Path) -> None:
    """All modules, templates, vocabulary and signs, the catalogue of sources; no tests, no corpus, nothing else."""
    with zipfile.ZipFile(wheel) as packed:
        names = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert names == {*shipped(), "guidetrack/data/sources.toml"}
    for needed in ("guidetrack/py.typed", "guidetrack/compare/vocabulary.toml", "guidetrack/testing/site.py"):
        assert needed in names, needed
    assert any(name.startswith("guidetrack/report/") and not name.endswith(".py") for name in names), "templates"


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    """Its metadata: name, licence with its file, the Python it needs, the README as description, the console script."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(wheel) as packed:
        info = next(name.partition("/")[0] for name in packed.namelist() if ".dist-info/" in name)
        about = message_from_bytes(packed.read(f"{info}/METADATA"))
        scripts = packed.read(f"{info}/entry_points.txt").decode()
        assert any(name.startswith(f"{info}/licenses/") for name in packed.namelist())
    assert (about["Name"], about["License-Expression"], about["Requires-Python"]) == ("guidetrack", "MIT", ">=3.11")
    assert set(about.get_all("Provides-Extra", [])) == set(project["optional-dependencies"])
    assert str(about.get_payload()).startswith("# guidetrack")
    assert "guidetrack = guidetrack.cli:main" in scripts


def test_the_source_archive_builds_the_same_package(built: Path) -> None:
    """The sdist holds what a build needs and the papers that go with it; no tests, no snapshots, no caches."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as packed:
        names = {member.name.partition("/")[2] for member in packed.getmembers() if member.isfile()}
    assert shipped() <= names
    assert {"pyproject.toml", "sources.toml", "README.md", "CHANGELOG.md", "LICENSE", "PKG-INFO"} <= names
    assert {name.partition("/")[0] for name in names} - {".gitignore"} == {
        "guidetrack", "pyproject.toml", "sources.toml", "README.md", "CHANGELOG.md", "LICENSE", "PKG-INFO"}


@pytest.mark.soak
def test_a_clean_environment_runs_it(wheel: Path, tmp_path: Path) -> None:
    """Installed from the wheel alone, with the pinned dependencies: version, help, demo, a starter file, no checkout."""
    venv.create(tmp_path / "env", with_pip=True)
    bin = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GUIDETRACK"))}

    def run(*command: str) -> str:
        done = subprocess.run([str(bin / command[0]), *command[1:]], cwd=tmp_path, env=clean, capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("python", "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(wheel))
    assert run("guidetrack", "--version").split()[-1] == wheel.name.split("-")[1]
    assert "check" in run("guidetrack", "--help")
    assert "11 changes recorded" in run("guidetrack", "demo")
    run("guidetrack", "init", "--jurisdiction", "US")
    assert (tmp_path / "sources.toml").stat().st_size > 1000
    where = run("python", "-c", "import guidetrack; print(guidetrack.__file__)")
    assert Path(where.strip()).is_relative_to(tmp_path / "env")
