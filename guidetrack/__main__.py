"""``python -m guidetrack``."""

from guidetrack.cli import main

main()
