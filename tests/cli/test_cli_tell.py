"""check --mail and mail: recorded before it is tried, told once, exit 2 while something stays undelivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guidetrack import mail
from guidetrack.cli import run
from tests.support.mailbox import Mailbox, free_port, running
from tests.support.site import Site
from tests.support.watched import Watched, page, varied

ONE_HOUR = "Patients must be observed for at least one hour after each dose."


def guidetrack(watched: Watched, *args: str) -> int:
    """Run a command line in this process on the clinic's sources.toml."""
    return run(["-c", str(watched.write()), *args])


def clinic(watched: Watched, site: Site, port: int) -> None:
    """One source whose page is about to change, and a mailbox to tell."""
    site.page("/a", page())
    watched.add("a")
    watched.extra = (f'[mail]\nto = ["a@clinic.example", "b@clinic.example"]\nfrom = "guidetrack@clinic.example"\n'
                     f'host = "127.0.0.1"\nport = {port}\n')
    assert guidetrack(watched, "check", "--mail") == 0
    site.page("/a", varied(p0=ONE_HOUR))


def test_a_change_is_mailed_once(watched: Watched, site: Site) -> None:
    """Each recipient gets the change once; the next run and ``mail`` have nothing more to tell."""
    with running(Mailbox()) as box:
        clinic(watched, site, box.port)
        assert guidetrack(watched, "check", "--mail") == 0
        assert guidetrack(watched, "check", "--mail") == 0
        assert guidetrack(watched, "mail") == 0
    assert sorted(address for address, _ in box.arrived) == ["a@clinic.example", "b@clinic.example"]
    assert all(message["Subject"] for message in box.messages())


def test_down_then_up(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """The run that cannot deliver exits 2; --dry-run shows what waits; ``mail`` delivers it later, exit 0."""
    port = free_port()
    clinic(watched, site, port)
    assert guidetrack(watched, "check", "--mail") == 2
    capsys.readouterr()
    assert guidetrack(watched, "mail", "--dry-run") == 0
    waiting = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in waiting] == ["a@clinic.example", "b@clinic.example"]
    assert all("tried once" in line and "could not be reached" in line for line in waiting)
    assert guidetrack(watched, "mail") == 2
    with running(Mailbox(), port=port) as box:
        assert guidetrack(watched, "mail") == 0
        assert guidetrack(watched, "mail") == 0
    assert len(box.arrived) == 2
    capsys.readouterr()
    assert guidetrack(watched, "mail", "--dry-run") == 0
    assert capsys.readouterr().out == ""


def test_what_nobody_tried_to_send_is_no_trouble(watched: Watched, site: Site) -> None:
    """A check without --mail tries nothing, so its exit status says nothing of mail."""
    clinic(watched, site, free_port())
    assert guidetrack(watched, "check", "--mail") == 2
    assert guidetrack(watched, "check") == 0


def test_one_refused_keeps_the_other_moving(watched: Watched, site: Site) -> None:
    """A refused recipient stays pending and exits 2; the other is told once, not again with each retry."""
    with running(Mailbox(refuse={"b@clinic.example": "550 unknown"})) as box:
        clinic(watched, site, box.port)
        assert guidetrack(watched, "check", "--mail") == 2
        assert guidetrack(watched, "mail") == 2
        box.refuse.clear()
        assert guidetrack(watched, "mail") == 0
    assert sorted(address for address, _ in box.arrived) == ["a@clinic.example", "b@clinic.example"]


def test_killed_between_sent_and_recorded(watched: Watched, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the server took a message and before that was recorded: one repeat, with the same Message-ID."""
    with running(Mailbox()) as box:
        clinic(watched, site, box.port)
        whole, seen = mail.attempt, []

        def killed(*args: Any) -> Any:
            seen.append(whole(*args))
            raise KeyboardInterrupt

        monkeypatch.setattr(mail, "attempt", killed)
        assert guidetrack(watched, "check", "--mail") == 130
        monkeypatch.setattr(mail, "attempt", whole)
        assert len(box.arrived) == 1
        assert guidetrack(watched, "check", "--mail") == 0
    first, *rest = [message["Message-ID"] for message in box.messages()]
    assert len(rest) == 2
    assert rest.count(first) == 1


@pytest.mark.parametrize("place", ["guidetrack.store.outbox.enqueue", "guidetrack.store.changes.told"])
def test_killed_while_filling_the_outbox(watched: Watched, site: Site, monkeypatch: pytest.MonkeyPatch,
                                         place: str) -> None:
    """Outbox and "told" are one transaction: killed at either, neither stands, and each is told once by the next run."""
    with running(Mailbox()) as box:
        clinic(watched, site, box.port)

        def killed(*args: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(place, killed)
            assert guidetrack(watched, "check", "--mail") == 130
        with watched.open(write=False) as tracker:
            assert [len(tracker.store.outbox()), len(tracker.store.untold())] == [0, 1]
        assert not box.arrived
        assert guidetrack(watched, "check", "--mail") == 0
    assert sorted(address for address, _ in box.arrived) == ["a@clinic.example", "b@clinic.example"]


def test_killed_once_the_outbox_is_full(watched: Watched, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after that transaction: the change counts as told, and the outbox alone delivers it, once."""
    with running(Mailbox()) as box:
        clinic(watched, site, box.port)

        def killed(*args: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(mail, "attempt", killed)
            assert guidetrack(watched, "check", "--mail") == 130
        with watched.open(write=False) as tracker:
            assert [len(tracker.store.outbox()), len(tracker.store.untold())] == [2, 0]
        assert guidetrack(watched, "check", "--mail") == 0
        assert guidetrack(watched, "mail") == 0
    assert sorted(address for address, _ in box.arrived) == ["a@clinic.example", "b@clinic.example"]


def test_nobody_named(watched: Watched, site: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """check --mail without anyone to mail says what to write, and exits 2."""
    site.page("/a", page())
    watched.add("a")
    assert guidetrack(watched, "check", "--mail") == 2
    assert 'to = ["…"] under [mail]' in capsys.readouterr().err


def test_report_as_a_mail_file(watched: Watched, site: Site, tmp_path: Path) -> None:
    """report --format mail writes a message that a mail program opens."""
    clinic(watched, site, free_port())
    guidetrack(watched, "check")
    target = tmp_path / "r.eml"
    assert guidetrack(watched, "report", "--format", "mail", "-o", str(target)) == 0
    assert target.read_bytes().startswith(b"Subject: ")


@pytest.mark.parametrize("quiet", [True, False])
def test_what_a_killed_run_found_is_printed_by_the_next(watched: Watched, site: Site, quiet: bool,
                                                        capsys: pytest.CaptureFixture[str]) -> None:
    """A change recorded by a run that told nobody stands in the next one's list, with -q too; then it is told."""
    watched.add("a")
    site.page("/a", page())
    watched.check()
    site.page("/a", varied(p0="Patients must be observed for at least three hours after each dose."))
    watched.check()
    capsys.readouterr()
    said = []
    for _ in range(2):
        assert guidetrack(watched, *(["-q"] if quiet else []), "check") == 0
        said.append(capsys.readouterr().out)
    assert "three hours" in said[0]
    assert "three hours" not in said[1]
    assert (said[1] == "") is quiet
