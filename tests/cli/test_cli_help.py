"""Help is complete and agrees with itself."""

from __future__ import annotations

import click
import pytest

from guidetrack.cli import COMMANDS, cli, run

ENTRIES = [(name, entry) for entries in COMMANDS.values() for name, entry in entries.items()]


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[name for name, _ in ENTRIES])
def test_each_command_has_help_of_its_own(name: str, entry: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command loads, has a docstring, and the line in ``--help`` begins its help; options are explained."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    first = " ".join((command.help or "").split("\n\n")[0].split())
    assert first.startswith(entry.help.rstrip("."))  # type: ignore[attr-defined]
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert param.help, f"{name} {param.name}"
    assert run([name, "--help"]) == 0
    assert "Usage: guidetrack" in capsys.readouterr().out

