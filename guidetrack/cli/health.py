"""What doctor examines. Each part yields findings; one part in trouble never hides the next."""

from __future__ import annotations

import os
import shutil
import smtplib
import ssl
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from guidetrack._version import __version__
from guidetrack.errors import DamagedError, EmptyArchiveError, GuidetrackError, MissingExtraError, SourcesError

if TYPE_CHECKING:
    from guidetrack.cli.app import App
    from guidetrack.models import Settings, SourceStatus
    from guidetrack.store import Store
    from guidetrack.track import Tracker

EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that shows less than the year of this release is wrong."""
SKEW = timedelta(minutes=2)
SILENCE = timedelta(days=3)
"""No check at all for longer than the usual grace: what should run does not."""
ROOM_BYTES = 500_000_000
PATIENCE_S = 10
MAX_LISTED = 10
MAX_SELECTS = 200


class Finding(NamedTuple):
    """One line of the examination: its state, what it is about, what was found, what to do."""

    state: Literal["ok", "hint", "bad"]
    subject: str
    what: str
    todo: str = ""


def examine(app: App, *, offline: bool) -> Iterator[Finding]:
    """Everything, in the order in which a person would put it right."""
    try:
        settings = app.settings
    except SourcesError as error:
        yield from (Finding("bad", "configuration", problem) for problem in error.problems)
        return
    on = sum(source.enabled for source in settings.sources)
    said = f"{settings.file}: {on} of {len(settings.sources)} sources on"
    yield Finding("ok" if on else "hint", "configuration", said, "" if on else "add one: guidetrack add URL")
    yield contact(settings)
    yield from clock_and_folder(settings, app.now())
    yield from mail(settings, offline=offline)
    yield browser(settings)
    yield from archive(app, settings)


def contact(settings: Settings) -> Finding:
    """Whether the sites can tell who asks."""
    said = settings.fetch.contact
    if not said:
        return Finding("hint", "contact", "none: the sites cannot tell who asks, and block more readily",
                       'write contact = "you@your-clinic.org" under [fetch] in sources.toml')
    if said.endswith((".example", "example.com", "example.org")):
        return Finding("hint", "contact", f"{said} is an example", "write your own under [fetch] in sources.toml")
    return Finding("ok", "contact", said)


def clock_and_folder(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Whether captures can be written, there is room, and this machine and the folder agree on the time."""
    if now < EARLIEST:
        yield Finding("bad", "clock", f"this machine says {now:%Y-%m-%d %H:%M} UTC", "set the clock; use NTP")
    if "://" in settings.store.archive:
        yield _bucket(settings)
        return
    folder = Path(settings.store.archive)
    place = folder if folder.is_dir() else next((up for up in folder.parents if up.is_dir()), Path())
    if folder.exists() and not folder.is_dir():
        yield Finding("bad", "archive", f"{folder} is no folder", "name another under [store] archive")
        return
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix=".guidetrack-doctor-") as probe:
            written = datetime.fromtimestamp(Path(probe.name).stat().st_mtime, UTC)
    except OSError as error:
        yield Finding("bad", "archive", f"cannot write in {place}: {error.strerror or error}",
                      "give the account that runs guidetrack the right to write there")
        return
    skew = abs(datetime.now(UTC) - written)
    yield (Finding("bad", "clock", f"this machine and {place} differ by {skew}", "set both clocks; use NTP")
           if skew > SKEW else Finding("ok", "clock", f"{now:%Y-%m-%d %H:%M} UTC"))
    free = shutil.disk_usage(place).free
    said = f"{folder} can be written, {free / 1e9:.1f} GB free"
    yield (Finding("ok", "archive", said) if free > ROOM_BYTES
           else Finding("hint", "archive", said, "make room: captures are kept for good"))


def _bucket(settings: Settings) -> Finding:
    """Whether objects can be made, listed and removed where captures are kept."""
    from guidetrack.store.objects import Objects, Patience

    address = settings.store.archive
    try:
        there = Objects.at(address, patience=Patience(total=PATIENCE_S, request=PATIENCE_S))
        name = f".guidetrack-doctor/{uuid.uuid4().hex}"
        there.put_new(name, b"")
        seen = any(found.folder == ".guidetrack-doctor" for found in there.list(".guidetrack-doctor"))
        there.delete(name)
    except GuidetrackError as error:
        return Finding("bad", "archive", str(error), "correct it, or name another place under [store] archive")
    if not seen:
        return Finding("bad", "archive", f"{address}: what was written there is not listed",
                       "guidetrack needs a store that lists what was just written")
    return Finding("ok", "archive", f"{address} can be written, listed and cleared")


def mail(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Whether someone is told, and whether the server lets us in. No message is sent."""
    ours = settings.mail
    if not (ours.to or ours.routes or ours.chat_env or any(source.to for source in settings.sources)):
        yield Finding("hint", "mail", "nobody is mailed", 'name someone: to = ["…"] under [mail], then check --mail')
        return
    if not ours.from_:
        yield Finding("bad", "mail", "no sender", 'write from = "guidetrack@your-clinic.org" under [mail]')
    named = (ours.username_env, ours.password_env, ours.chat_env)
    unset = [name for name in named if name and not os.environ.get(name)]
    for name in unset:
        yield Finding("bad", "mail", f"the environment variable {name} is not set here",
                      "set it where guidetrack runs (cron and systemd have an environment of their own)")
    if ours.sendmail:
        there = os.access(ours.sendmail, os.X_OK)
        yield Finding("ok" if there else "bad", "mail", f"{ours.sendmail} {'is there' if there else 'cannot be run'}",
                      "" if there else "install it, or use host and port under [mail]")
    elif offline:
        yield Finding("hint", "mail", f"{ours.host}:{ours.port} was not tried (--offline)")
    elif not unset:
        yield _greet(settings)


def _greet(settings: Settings) -> Finding:
    ours = settings.mail
    where, context = f"{ours.host}:{ours.port}", ssl.create_default_context()
    try:
        with (smtplib.SMTP_SSL(ours.host, ours.port, timeout=PATIENCE_S, context=context) if ours.security == "tls"
              else smtplib.SMTP(ours.host, ours.port, timeout=PATIENCE_S)) as server:
            if ours.security == "starttls":
                server.starttls(context=context)
            if ours.username_env:
                server.login(os.environ[ours.username_env], os.environ.get(ours.password_env, ""))
            server.noop()
    except (smtplib.SMTPException, OSError) as error:
        return Finding("bad", "mail", f"{where}: {str(error) or type(error).__name__}",
                       "check host, port and security under [mail]; nothing is lost meanwhile, mail waits")
    return Finding("ok", "mail", f"{where} answers ({settings.mail.security})")


def browser(settings: Settings) -> Finding:
    """Whether pages that need a browser can have one."""
    wanting = [source.id for source in settings.sources if source.render and source.enabled]
    if not wanting:
        return Finding("ok", "browser", "not needed: no source has render = true")
    from importlib.util import find_spec

    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
    program = next((found for name in names if (found := shutil.which(name))), None)
    if find_spec("playwright") is None:
        return Finding("bad", "browser", f"{len(wanting)} sources need one and playwright is not installed",
                       'pip install "guidetrack[render]"')
    if program is None:
        return Finding("bad", "browser", f"{len(wanting)} sources need one and no Chromium was found",
                       "install chromium with the system's package manager")
    return Finding("ok", "browser", program)


def archive(app: App, settings: Settings) -> Iterator[Finding]:
    """Whether the archive is of this version, and what the last checks came to."""
    if "://" not in settings.store.catalogue and not Path(settings.store.catalogue).exists():
        yield Finding("hint", "checks", "nothing was checked yet", "guidetrack check")
        return
    try:
        with app.open_tracker(write=False) as tracker:
            yield Finding("ok", "archive", f"opened by guidetrack {__version__}")
            yield from checks(tracker, app.now())
            yield from selects(tracker)
            yield from outbox(tracker.store)
    except EmptyArchiveError:
        yield Finding("hint", "checks", "nothing was checked yet", "guidetrack check")
    except MissingExtraError as error:
        yield Finding("bad", "archive", str(error), "install it where guidetrack runs")
    except GuidetrackError as error:
        yield Finding("bad", "archive", str(error),
                      "guidetrack verify says more" if isinstance(error, DamagedError) else "")


def checks(tracker: Tracker, now: datetime) -> Iterator[Finding]:
    """The clock against the last check, and every source that stands badly."""
    standing = tracker.status()
    seen = [status.memory.last_checked for status in standing if status.memory.last_checked]
    if seen and max(seen) > now + SKEW:
        yield Finding("bad", "clock", f"the last check is dated {max(seen):%Y-%m-%d %H:%M}, later than now",
                      "the clock went back, or was ahead then: set it; use NTP")
    if not seen:
        yield Finding("hint", "checks", "nothing was checked yet", "guidetrack check")
        return
    yield _last(max(seen), now)
    gone = [status for status in standing if status.memory.gone_since and status.source.enabled]
    for status in gone[:MAX_LISTED]:
        yield Finding("hint", "gone", f"{status.source.id}: gone since {status.memory.gone_since:%Y-%m-%d}",
                      f"a new address: guidetrack add --replace {status.source.id} URL; or enabled = false")
    for word, state in (("overdue", "bad"), ("late", "hint")):
        found = [status for status in standing if getattr(status, word)]
        for status in found[:MAX_LISTED]:
            yield _standing(status, word, "bad" if state == "bad" else "hint")
        if len(found) > MAX_LISTED:
            yield Finding("hint", word, f"and {len(found) - MAX_LISTED} more", "guidetrack status")


def _last(seen: datetime, now: datetime) -> Finding:
    """When anybody looked at all: a timer that stopped tells nobody."""
    said = f"the last one was on {seen:%Y-%m-%d %H:%M} UTC"
    if now - seen < SILENCE:
        return Finding("ok", "checks", said)
    return Finding("hint", "checks", f"{said}, {(now - seen).days} days ago",
                   "does cron or the timer still run guidetrack check?")


def _standing(status: SourceStatus, word: str, state: Literal["bad", "hint"]) -> Finding:
    memory = status.memory
    reason = memory.last_reason.value if memory.last_reason else "unknown"
    todo = _TODO.get(reason, f"guidetrack try {status.source.id}")
    return Finding(state, word, f"{status.source.id}: {reason}: {memory.last_detail}", todo.format(id=status.source.id))


_TODO = {
    "blocked": "the site refuses us, nothing is wrong here: guidetrack try {id} may show a twin; or a longer grace",
    "login": "the page asks for a login: watch a public one, or set enabled = false",
    "consent": "the site asks for consent first: guidetrack try {id} may show a twin; or a longer grace",
    "needs-script": "set render = true for {id} (extra: render)",
    "not-found": "find its new address and run: guidetrack add --replace {id} URL",
    "moved": "if the new address is right, run: guidetrack add --replace {id} URL",
    "selector": "its select finds nothing any more: guidetrack try {id} --select CSS, then mend sources.toml",
    "robots": "the site's robots.txt refuses programs there: ask the publisher for another way",
    "refused": "a private address: if it is yours, list its network in allow_private under [fetch]",
    "tls": "the site's certificate is wrong, or this machine's clock or certificates are",
    "too-large": "raise max_body under [fetch], if you want it",
    "network": "is this machine on line? guidetrack try {id}",
}
"""What to do, by reason; anything else: try it."""


def selects(tracker: Tracker) -> Iterator[Finding]:
    """Sources whose ``select`` no longer matters: without it the same text is found."""
    from guidetrack.track.reading import read

    memories = tracker.store.memories()
    for source in [one for one in tracker.sources() if one.rules.select][:MAX_SELECTS]:
        memory = memories.get(source.id)
        if memory is None or memory.base is None:
            continue
        capture = tracker.store.capture(source.id, memory.base)
        plain = read(capture.body, capture.media_type, capture.reached, replace(source.rules, select="")).text
        if plain is not None and plain.digest == memory.base_digest:
            yield Finding("hint", "select", f"{source.id}: the same text is found without its select",
                          "it may go; a page that changes its layout then breaks nothing")


def outbox(store: Store) -> Iterator[Finding]:
    """Mail that waits."""
    waiting = store.outbox()
    if waiting:
        error = next((delivery.error for delivery in waiting if delivery.error), "")
        said = f"{len(waiting)} messages wait" + (f": {error}" if error else "")
        yield Finding("bad" if error else "hint", "mail", said, "guidetrack mail sends them")
