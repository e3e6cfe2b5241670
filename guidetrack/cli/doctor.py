"""doctor: is everything in place, and if not, what to do."""

from __future__ import annotations

from collections.abc import Iterator

import click

from guidetrack.cli import EXIT_DONE, EXIT_TROUBLE
from guidetrack.cli.app import App

MARKS = {"ok": "ok  ", "hint": "hint", "bad": "BAD "}


@click.command()
@click.option("--offline", is_flag=True, help="Do not try the mail server.")
@click.pass_obj
def doctor(app: App, offline: bool) -> int:
    """Check the set-up and say what to do.

    Reads the configuration, tries to write where captures are kept, greets the mail server, and looks through what
    the last checks came to. Changes nothing; asks no watched site. Exit status 2 when something is BAD.
    """
    from guidetrack.cli.health import Finding, examine

    worst = EXIT_DONE
    findings: Iterator[Finding] = examine(app, offline=offline)
    for finding in findings:
        _say(app, f"{MARKS[finding.state]}  {finding.subject:<14} ", finding.what)
        if finding.todo:
            _say(app, f"{'':22}-> ", finding.todo)
        if finding.state == "bad":
            worst = EXIT_TROUBLE
    return worst


def _say(app: App, start: str, text: str) -> None:
    """A line; on a terminal what does not fit goes on below the words."""
    from guidetrack.report.clean import inline
    from guidetrack.report.width import wrap

    first, *rest = wrap(inline(text), max(24, app.columns - len(start)) if app.columns else 0)
    click.echo("\n".join([start + first, *(" " * len(start) + line for line in rest)]))
