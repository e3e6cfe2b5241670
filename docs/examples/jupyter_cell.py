"""A cell of a notebook: a loop is running there already, so ``await`` stands at top level."""

import guidetrack

with guidetrack.open("sources.toml") as tracker:
    outcomes = [outcome async for outcome in tracker.acheck()]
    changes = tracker.changes(reviewed=False)

for outcome in outcomes:
    print(f"{outcome.kind.value:10} {outcome.source.name}")
for change in changes:
    print(change.level, change.summary)
