"""A browser for the tests of what people read."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless and without a network of its own; without one the test is skipped, loudly.

    Kept for one module only: while it lives, playwright holds an event loop in this thread, which no other test expects.
    """
    path = os.environ.get("GUIDETRACK_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        warnings.warn("NOT TESTED: no Chromium found (apt-get install chromium, or GUIDETRACK_CHROMIUM=PATH)", stacklevel=1)
        pytest.skip("no Chromium found: accessibility and the content security policy are NOT TESTED")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # the sandbox needs privileges that containers do not give; only our own files are opened
        running = playwright.chromium.launch(executable_path=path, args=[
            "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"])
        yield running
        running.close()
