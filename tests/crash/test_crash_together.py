"""The real command on full and read-only disks, and two of them at once: sentences, exit status, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from guidetrack.cli import run
from guidetrack.store.verify import verify
from tests.support.site import Answer, Site
from tests.support.watched import Watched, page, varied


def _sound(watched: Watched) -> None:
    with watched.open(write=False) as tracker:
        assert [str(problem) for problem in verify(tracker.store)] == []


def test_two_at_once(watched: Watched, site: Site) -> None:
    """While one check is at work a second says which process holds the archive and exits 3; the first is not disturbed."""
    site.answer("/a", Answer(body=page().encode(), delay_s=3.0))
    watched.add("a")
    words = [sys.executable, "-m", "guidetrack", "-c", str(watched.write()), "check"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        while not site.asked("/a"):
            assert first.poll() is None
        second = subprocess.run(words, capture_output=True, text=True)
        assert second.returncode == 3
        assert f"process {first.pid} " in second.stderr
        assert first.wait(30) == 0
    _sound(watched)


def test_a_full_disk_and_space_again(tmp_path: Path, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """A check on a full disk ends in exit 2 and sentences, never a traceback; with space again everything is told."""
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(small)], capture_output=True).returncode:
        pytest.skip("no file system may be mounted here")
    try:
        watched = Watched(small, site)
        for number in range(8):
            site.page(f"/s{number}", page())
            watched.add(f"s{number}")
        assert run(["-c", str(watched.write()), "check"]) == 0
        for number in range(8):
            site.page(f"/s{number}", varied(p0=f"Observed for {number + 3} hours.") + "x" * 2000)
        with open(small / "ballast", "wb", buffering=0) as ballast, pytest.raises(OSError, match="space"):
            while True:
                ballast.write(bytes(512))
        capsys.readouterr()
        assert run(["-c", str(watched.file), "check"]) == 2
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        assert "space" in said.err.lower()
        (small / "ballast").unlink()
        assert run(["-c", str(watched.file), "check", "--format", "json"]) == 0
        with watched.open(write=False) as tracker:
            assert {change.source for change in tracker.store.changes()} == {f"s{number}" for number in range(8)}
            assert len(tracker.store.changes()) == 8
            assert tracker.store.untold() == []
        _sound(watched)
        assert [path.name for path in small.rglob("*.part")] == []
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
