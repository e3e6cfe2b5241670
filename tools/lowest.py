"""Print constraints that pin every direct dependency of pyproject.toml to the lowest version it allows.

``make test-lowest`` installs with them: a lower bound that the tests never saw is a guess.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
_REQUIREMENT = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*(?:>=|==)\s*([^,;\s]+)")


def lowest(requirements: list[str]) -> list[str]:
    """Pins, sorted. :raises ValueError: a requirement without a lower bound."""
    pins = set()
    for requirement in requirements:
        match = _REQUIREMENT.match(requirement)
        if match is None:
            raise ValueError(f"{requirement!r} says no lowest version")
        pins.add(f"{match[1]}=={match[2]}")
    return sorted(pins)


def main() -> None:
    """Print the pins of what users install: the dependencies and the extras that are not for development."""
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    extras = [line for name, lines in project["optional-dependencies"].items() if name != "dev" for line in lines]
    print("\n".join(lowest([*project["dependencies"], *extras])))


if __name__ == "__main__":
    main()
