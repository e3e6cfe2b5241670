"""The documentation: its commands run, its examples load, its units are valid, its tables are complete."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE, cli, run
from guidetrack.sources import load, schema
from tests.support.site import Site
from tests.support.watched import page

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
PLACE = "https://www.example.org"
LOOPBACK = '\n[fetch]\nallow_private = ["127.0.0.0/8"]\npause = "0s"\nsecond_look = "0s"\n'


def fences(path: Path, language: str) -> list[str]:
    """The code blocks of a page that are marked with a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def commands(path: Path) -> list[list[str]]:
    """Every guidetrack command line of a page, as arguments."""
    lines = [line for block in fences(path, "sh") for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("guidetrack ")]


@pytest.mark.parametrize(("name", "args"), [(path.stem, args) for path in PAGES for args in commands(path)],
                         ids=lambda value: value if isinstance(value, str) else " ".join(value)[:50])
def test_every_command_exists_with_its_options(name: str, args: list[str]) -> None:
    """A command line of the documentation parses: the command, its options and their values are known."""
    context = click.Context(cli)
    at = next(number for number, arg in enumerate(args) if arg in cli.list_commands(context))
    cli.make_context("guidetrack", [*args[:at], "demo"])
    command = cli.get_command(context, args[at])
    assert command is not None
    command.make_context(args[at], args[at + 1:], parent=context)


def test_inline_commands_exist() -> None:
    """A command named in running text is one of ours."""
    known = set(cli.list_commands(click.Context(cli)))
    named = {word for path in PAGES for word in re.findall(r"`guidetrack ([a-z]+)", path.read_text("utf-8"))}
    assert named <= known


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_examples_of_toml_load(path: Path, tmp_path: Path) -> None:
    """Every TOML block is a sources.toml that passes."""
    for block in fences(path, "toml"):
        file = tmp_path / "sources.toml"
        file.write_text(block, "utf-8")
        load(file)


def test_the_first_morning_goes_as_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """Its commands run in their order in an empty folder; after init the pages are ours, on loopback."""
    monkeypatch.chdir(tmp_path)
    site.page("/a", page())
    for args in commands(DOCS / "first-morning.md"):
        assert run(args) == EXIT_DONE, args
        if args[0] == "init":
            Path("sources.toml").write_text(f'{LOOPBACK}[[source]]\nid = "a"\nurl = "{site.url("/a")}"\n')
    assert (tmp_path / "snapshots").is_dir()


def test_adding_a_source_goes_as_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """Its commands run in their order against a page of ours; an add that would ask a person writes nothing here."""
    monkeypatch.chdir(tmp_path)
    site.page("/guidance/esketamine", page())
    site.page("/new-place/esketamine", page())
    Path("sources.toml").write_text(LOOPBACK)
    for args in commands(DOCS / "adding-a-source.md"):
        asks = args[0] == "add" and "--yes" not in args
        expected = EXIT_TROUBLE if asks else EXIT_DONE
        assert run([arg.replace(PLACE, site.url("").rstrip("/")) for arg in args]) == expected, args
    assert [source.id for source in load(Path("sources.toml")).sources] == ["example-esketamine"]


def test_the_library_guide_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site,
                                capsys: pytest.CaptureFixture[str]) -> None:
    """Its programs run as they stand and print what they promise."""
    monkeypatch.chdir(tmp_path)
    site.page("/a", page())
    Path("sources.toml").write_text(f'{LOOPBACK}[[source]]\nid = "a"\nurl = "{site.url("/a")}"\n')
    for program in fences(DOCS / "library.md", "python"):
        exec(compile(program, "library.md", "exec"), {})
    out = capsys.readouterr().out
    assert "a first" in out
    assert "two hours" in out
    assert "blocked" in out


def test_every_key_is_in_the_reference() -> None:
    """The reference names every key that the file may hold, and every choice."""
    text = (DOCS / "sources-reference.md").read_text("utf-8")
    for name, table in schema()["$defs"].items():
        for word in [*table.get("properties", {}), *table.get("enum", [])]:
            assert f"`{word}`" in text or f'`"{word}"`' in text or f"{word}]" in text, f"{name}.{word}"


def test_links_between_pages_lead_somewhere() -> None:
    """A relative link names a file that is there."""
    for path in PAGES:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_the_units_are_valid(tmp_path: Path) -> None:
    """systemd accepts the service, the failure notice and the timer without a word."""
    text = (DOCS / "scheduling.md").read_text("utf-8")
    units = re.findall(r"^`/etc/systemd/system/([\w.-]+)`:\n\n```ini\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in units} == {"guidetrack.service", "guidetrack-failed.service", "guidetrack.timer"}
    for name, unit in units:
        # the program and the account of the example are not on this machine
        here = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", unit, flags=re.MULTILINE).replace("User=guidetrack\n", "")
        (tmp_path / name).write_text(here)
    paths = [str(tmp_path / name) for name, _ in units]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False)
    assert (done.returncode, [line for line in done.stderr.splitlines() if "guidetrack" in line]) == (0, []), done.stderr
