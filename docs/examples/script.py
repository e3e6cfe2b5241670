"""A nightly check that writes a table: ``python script.py sources.toml table.csv``."""

from __future__ import annotations

import sys
from pathlib import Path

import guidetrack
from guidetrack.errors import GuidetrackError, LockedError


def main(sources: str, table: str) -> int:
    """Check every source, write what changed, and say what could not be checked."""
    try:
        with guidetrack.open(sources) as tracker:
            outcomes = list(tracker.check())
            report = tracker.report(outcomes=outcomes, changes=[each.change.id for each in outcomes if each.change])
    except LockedError as error:
        print(error, file=sys.stderr)
        return 3
    except GuidetrackError as error:
        print(error, file=sys.stderr)
        return 2
    Path(table).write_text(str(guidetrack.render(report, "csv")), "utf-8")
    for outcome in outcomes:
        if not outcome.kind.good:
            print(f"{outcome.source.name}: {outcome.reason}: {outcome.detail}", file=sys.stderr)
    return 2 if any(outcome.overdue for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
