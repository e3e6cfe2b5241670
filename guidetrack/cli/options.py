"""Option types that several commands share: dates, spans, levels, output."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from guidetrack.models import Level

_SPAN = re.compile(r"(\d{1,6})\s*([smhdw])", re.IGNORECASE)
_UNIT = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


_FARTHEST_EAST = timedelta(hours=14)
"""Where a day begins first: the user's today may be tomorrow in UTC."""


class When(click.ParamType[Any]):
    """``2026-11-01``, ``2026-11-01T06:00:00Z``, ``today``, ``yesterday`` or an age such as ``30d``.

    Becomes an aware UTC datetime; a plain date is its beginning, or its end when ``end`` is set.
    """

    name = "date"

    def __init__(self, *, end: bool = False) -> None:
        self.end = end

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, datetime):
            return value
        try:
            return parse_when(str(value), datetime.now(UTC), end=self.end)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date; expected 2026-11-01, yesterday, or an age such as 30d.", param, ctx)


def parse_when(value: str, now: datetime, *, end: bool = False) -> datetime:
    """See :class:`When`. Raises ValueError when ``value`` is none of these."""
    word = value.strip().lower()
    if match := _SPAN.fullmatch(word):
        return now - timedelta(**{_UNIT[match[2]]: int(match[1])})
    if word in ("today", "yesterday"):
        day = now.date() - timedelta(days=word == "yesterday")
    elif "t" in word or " " in word:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    else:
        day = date.fromisoformat(word)
    return datetime.combine(day, time.max if end else time.min, UTC)


class Span(click.ParamType[Any]):
    """An age with its unit: ``14d``, ``12h``. Becomes a timedelta."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, timedelta):
            return value
        match = _SPAN.fullmatch(str(value).strip())
        if match is None:
            self.fail(f"{value!r} is no span of time; expected a number and a unit, such as 14d or 12h.", param, ctx)
        return timedelta(**{_UNIT[match[2].lower()]: int(match[1])})


LEVEL = click.Choice([level.value for level in Level])


F = TypeVar("F", bound=Callable[..., Any])


def data_format(*choices: str) -> Callable[[F], F]:
    """``--format`` with these values, the first as default."""
    return click.option("--format", "form", type=click.Choice(choices), default=choices[0], show_default=True,
                        help="How to print it.")


def exit_code_options(command: F) -> F:
    """``--exit-code`` and ``--min-level``, which belong together."""
    command = click.option("--min-level", type=LEVEL, default="low", show_default=True,
                           help="With --exit-code: what counts as changed.")(command)
    return click.option("--exit-code", is_flag=True, help="Exit 1 when something changed.")(command)


def write_output(data: str | bytes, output: str | None) -> None:
    """To a file, or to stdout when ``output`` is None or ``-``. A file appears whole or not at all."""
    raw = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    if output is None or output == "-":
        if isinstance(data, str):
            click.echo(data, nl=not data.endswith("\n"))
        else:
            sys.stdout.buffer.write(raw)
            sys.stdout.buffer.flush()
        return
    target = Path(output)
    try:
        if target.exists() and (target.is_symlink() or not target.is_file()):
            # a device, a pipe or a link: written through, never replaced by a file of ours
            with target.open("wb") as out:
                out.write(raw)
            return
        _replace(target, raw)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror or error}") from error


def _replace(target: Path, raw: bytes) -> None:
    """Put a new file in the place of an old one, with the old one's permissions."""
    partial = target.with_name(f".{target.name}.part")
    try:
        partial.write_bytes(raw)
        if target.exists():
            partial.chmod(target.stat().st_mode & 0o7777)
        partial.replace(target)
    except OSError:
        partial.unlink(missing_ok=True)
        raise


class Number(click.ParamType[Any]):
    """The number of a change: ``2``, ``0002`` or ``#0002``."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        text = str(value).strip().removeprefix("#")
        if not (text.isascii() and text.isdigit()) or int(text) < 1 or len(text) > 12:
            self.fail(f"{value!r} is no number of a change; expected such as 2 or 0002.", param, ctx)
        return int(text)


def check_period(since: datetime | None, until: datetime | None) -> None:
    """A period that ends before it begins is a slip, not an empty answer."""
    if since is not None and until is not None and until < since:
        raise click.UsageError(f"the period ends ({until:%Y-%m-%d}) before it begins ({since:%Y-%m-%d}).")


def check_past(since: datetime | None, until: datetime | None, now: datetime) -> None:
    """Likewise a period of what was seen that begins in the future."""
    check_period(since, until)
    if since is not None and since > now + _FARTHEST_EAST:
        raise click.UsageError(f"the period begins in the future ({since:%Y-%m-%d}); today is {now:%Y-%m-%d} (UTC).")
