"""YAML that nobody vouches for, as plain values: bounded before anything is built, and only the standard tags.

The events are counted first, each alias with all that it stands for, so that neither nesting nor aliases of aliases
(which double with every line) cost more than a look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guidetrack.errors import SourcesError
from guidetrack.sources.foreign.job import MAX_JOBS, key_name

if TYPE_CHECKING:
    import yaml

MAX_DEPTH = 32
MAX_NODES = 20_000
"""Values in one document, aliases counted with what they stand for."""
MAX_VALUES = 1_000_000
"""Values in all documents together."""
_STANDARD = "tag:yaml.org,2002:"


@dataclass(frozen=True)
class Tagged:
    """Stands where a value has a tag of its own (``!include``, ``!!python/object``): it is not followed."""

    tag: str


def documents(text: str, name: str) -> Iterator[tuple[int, object]]:
    """Every document that says something, with the line (from 1) it begins on.

    :raises SourcesError: it is not YAML, or larger than a job list can be; names the line.
    """
    import yaml

    try:
        starts = _measured(text, name)
        loader = _loader()(text)
        try:
            for line in starts:
                value = loader.get_data()
                if value is not None:
                    yield line, value
        finally:
            loader.dispose()
    except yaml.YAMLError as error:
        raise SourcesError(_sentence(error, name)) from None
    except (ValueError, OverflowError, RecursionError) as error:
        raise SourcesError(f"{name}: a value cannot be read ({str(error)[:120]})") from None


def _sentence(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = f":{mark.line + 1}: column {mark.column + 1}" if mark else ""
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    return f"{name}{where}: not YAML: {_words(what)}"


def _words(value: object) -> str:
    """A parser's words, short and without control characters."""
    from guidetrack.sources.foreign.job import one_line

    return one_line(value)[:120]


@dataclass
class _Open:
    """A list or mapping whose end is not seen yet; ``keys`` is None for a list."""

    anchor: str
    before: int
    keys: set[str] | None
    key_next: bool = True


class _Measure:
    """Counts what stands in a stream of events, and refuses what no job list holds."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.starts: list[int] = []
        self.total = 0
        self.open: list[_Open] = []
        self.sizes: dict[str, int] = {}
        self.count = 0

    def document(self, line: int) -> None:
        self.starts.append(line)
        if len(self.starts) > MAX_JOBS:
            raise SourcesError(f"{self.name}: more than {MAX_JOBS:,} jobs; split the list")
        self.count, self.open, self.sizes = 0, [], {}

    def begin(self, anchor: str, mapping: bool, line: int) -> None:
        self.value("", 1, line)
        self.open.append(_Open(anchor, self.count, set() if mapping else None))
        if len(self.open) > MAX_DEPTH:
            raise SourcesError(f"{self.name}:{line}: nested more than {MAX_DEPTH} deep; expected a list of jobs")

    def end(self) -> None:
        closed = self.open.pop()
        if closed.anchor:
            self.sizes[closed.anchor] = 1 + self.count - closed.before

    def value(self, anchor: str, size: int, line: int, word: str | None = None) -> None:
        self.count += size
        self.total += size
        if anchor:
            self.sizes[anchor] = size
        if self.count > MAX_NODES or self.total > MAX_VALUES:
            raise SourcesError(f"{self.name}:{line}: more values (aliases counted with what they stand for) than any "
                               "job has; expected a list of jobs")
        if self.open:
            self._place(self.open[-1], word, line)

    def _place(self, holder: _Open, word: str | None, line: int) -> None:
        """Whether this is a key or a value of ``holder``; a key that stands twice would hide the first."""
        if holder.keys is not None and holder.key_next and word is not None and word != "<<":
            if word in holder.keys:
                raise SourcesError(f"{self.name}:{line}: the key {key_name(word)!r} stands twice in one job; "
                                   "is a line of --- missing between two jobs?")
            holder.keys.add(word)
        holder.key_next = not holder.key_next

    def alias(self, anchor: str, line: int) -> None:
        if any(anchor == holder.anchor for holder in self.open):
            raise SourcesError(f"{self.name}:{line}: an alias stands inside what it stands for")
        self.value("", self.sizes.get(anchor, 1), line)


def _measured(text: str, name: str) -> list[int]:
    """The line each document begins on, after a look at every event."""
    import yaml

    measure = _Measure(name)
    for event in yaml.parse(text, Loader=_base()):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.DocumentStartEvent):
            measure.document(line)
        elif isinstance(event, yaml.CollectionStartEvent):
            measure.begin(event.anchor or "", isinstance(event, yaml.MappingStartEvent), line)
        elif isinstance(event, yaml.CollectionEndEvent):
            measure.end()
        elif isinstance(event, yaml.ScalarEvent):
            measure.value(event.anchor or "", 1, line, event.value)
        elif isinstance(event, yaml.AliasEvent):
            measure.alias(event.anchor or "", line)
    return measure.starts


def _base() -> Any:
    """The safe loader, on libyaml where PyYAML was built with it."""
    import yaml

    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _loader() -> Any:
    """The safe loader; a value with a tag that it does not know becomes a :class:`Tagged`."""
    class Loader(_base()):  # type: ignore[misc]
        pass

    def tagged(loader: Any, node: yaml.Node) -> Tagged:
        return Tagged(key_name(str(node.tag).removeprefix(_STANDARD)))

    Loader.add_constructor(None, tagged)
    return Loader
