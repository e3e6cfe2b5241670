"""sources.toml and what it includes → Settings. All problems are found before any is raised."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from guidetrack.errors import SourcesError
from guidetrack.models import FetchSettings, Items, MailRoute, MailSettings, Rules, Settings, Source, StoreSettings
from guidetrack.sources import checks, model
from guidetrack.sources.checks import Wrong
from guidetrack.sources.locate import Path as KeyPath
from guidetrack.sources.problems import LIMIT, Problems, keys_of, named, nearest, unknown_key
from guidetrack.sources.toml import Document, parse

_TABLES: dict[str, type[BaseModel]] = {"store": model.StoreTable, "fetch": model.FetchTable, "mail": model.MailTable,
                                       "defaults": model.SharedTable}
_RULES = ("select", "drop", "ignore", "format")
MAX_INCLUDES = 50
Values = dict[str, Any]


def read(path: Path) -> Settings:
    """See :func:`guidetrack.sources.load`."""
    main = parse(path, str(path))
    reading = _Reading(path.absolute().parent)
    reading.document(main, included=False)
    for extra in reading.includes(main):
        reading.document(extra, included=True)
    reading.routes()
    if found := reading.sentences():
        raise SourcesError(found[:LIMIT] + ["… there may be more; these are the first"] * (len(found) >= LIMIT))
    digest = hashlib.sha256(b"".join(document.raw for document in reading.documents))
    return Settings(
        file=path.absolute(), sha256=digest.hexdigest(), sources=tuple(reading.sources), store=reading.store(),
        fetch=FetchSettings(**_tuples(reading.tables["fetch"])), mail=_mail(reading.tables["mail"]),
        vocabulary=reading.vocabulary,
    )


class _Reading:
    """Gathers tables, sources and problems over the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.documents: list[Document] = []
        self.problems: list[Problems] = []
        self.unread: list[str] = []
        self.tables: dict[str, Values] = {"store": {}, "fetch": {}, "mail": {}}
        self.origin: dict[tuple[str, str], str] = {}
        self.vocabulary: dict[str, object] = {}
        self.sources: list[Source] = []
        self.seen: dict[str, tuple[Document, KeyPath]] = {}

    def sentences(self) -> list[str]:
        return [text for problems in self.problems for text in problems.sentences()] + self.unread

    def document(self, document: Document, *, included: bool) -> None:
        """Take in one file."""
        self.documents.append(document)
        problems = Problems(document)
        self.problems.append(problems)
        known = keys_of(model.FileTable, ())
        for key in document.data:
            if key not in known and not problems.full:
                problems.add((key,), unknown_key(key, known))
        if included and "include" in document.data:
            problems.add(("include",), Wrong("an included file cannot include others", "it in the main file"))
        for name in self.tables:
            self._settings(name, document, problems)
        self._vocabulary(document, problems)
        defaults = _validated(("defaults",), document.data.get("defaults", {}), model.SharedTable, problems) or {}
        self._sources(document, defaults, problems)

    def includes(self, main: Document) -> Iterator[Document]:
        """The files that ``main`` names, each once."""
        problems = self.problems[0]
        named_files = main.data.get("include", [])
        if not isinstance(named_files, list) or not all(isinstance(name, str) and name for name in named_files):
            problems.add(("include",), Wrong("not a list of files", "paths beside this file", '["clinic.toml"]'))
            return
        taken = {os.path.realpath(main.path)}
        for position, name in enumerate(named_files[:MAX_INCLUDES]):
            where: KeyPath = ("include", position)
            path = self.folder / name
            if "\x00" in name or os.path.realpath(path) in taken:
                problems.add(where, Wrong(f"{checks.shown(name)} is included twice, or by itself", "each file once"))
                continue
            taken.add(os.path.realpath(path))
            try:
                yield parse(path, str(main.path.parent / name))
            except SourcesError as error:
                if os.path.exists(path):
                    self.unread += error.problems
                else:
                    problems.add(where, Wrong(f"there is no file {checks.shown(name)}", "a path beside this file",
                                              '["clinic.toml"]'))

    def _settings(self, name: str, document: Document, problems: Problems) -> None:
        values = _validated((name,), document.data.get(name, {}), _TABLES[name], problems) or {}
        for key, value in values.items():
            if (name, key) in self.origin:
                problems.add((name, key), Wrong(f"also set in {self.origin[name, key]}", "each setting in one file"))
                continue
            self.origin[name, key] = document.name
            if name == "store":
                value = self._place(key, value, problems)
            self.tables[name][key] = value

    def _place(self, key: str, value: str, problems: Problems) -> str:
        """A path in [store], absolute: relative ones are beside the main file."""
        if key == "keep":
            return value
        scheme, example = {"archive": (("s3", "gs", "az"), '"snapshots"'),
                           "catalogue": (("postgresql",), '"snapshots/catalogue.sqlite3"')}[key]
        try:
            checks.location(value, scheme, example)
        except Wrong as wrong:
            problems.add(("store", key), wrong)
        if "://" in value or "\x00" in value:
            return value
        return str(self.folder / os.path.expanduser(value))

    def store(self) -> StoreSettings:
        values = self.tables["store"]
        archive = values.get("archive", str(self.folder / "snapshots"))
        beside = self.folder / "snapshots" if "://" in archive else Path(archive)
        return StoreSettings(archive, values.get("catalogue", str(beside / "catalogue.sqlite3")))

    def _vocabulary(self, document: Document, problems: Problems) -> None:
        table = document.data.get("vocabulary", {})
        if not isinstance(table, dict):
            problems.add(("vocabulary",), Wrong(f"this is {named(table)}", "a table", "[vocabulary]"))
            return
        self.vocabulary.update(table)

    def _sources(self, document: Document, defaults: Values, problems: Problems) -> None:
        tables = document.data.get("source", [])
        if isinstance(tables, dict):
            problems.add(("source",), Wrong("[source] is one table", "[[source]] with two brackets for each source"))
            return
        if not isinstance(tables, list):
            problems.add(("source",), Wrong(f"this is {named(tables)}", "[[source]] before each source"))
            return
        base = {"keep": self.tables["store"]["keep"]} if "keep" in self.tables["store"] else {}
        for position, table in enumerate(tables):
            if problems.full:
                return
            where = ("source", position)
            values = _validated(where, table, model.SourceTable, problems)
            self._once(table, where, document, problems)
            if values is not None:
                self.sources.append(_source({**base, **defaults, **values}))

    def _once(self, table: object, where: KeyPath, document: Document, problems: Problems) -> None:
        name = table.get("id") if isinstance(table, dict) else None
        if not isinstance(name, str):
            return
        path = (*where, "id")
        if first := self.seen.get(name.lower()):
            place = f"{first[0].name}:{first[0].lines.of(first[1])}"
            problems.add(path, Wrong(f"{checks.shown(name)} is taken by another source ({place})", "an id of its own"))
        else:
            self.seen[name.lower()] = (document, path)

    def routes(self) -> None:
        """Sources that mail routes name must exist."""
        for document, problems in zip(self.documents, self.problems, strict=True):
            mail = document.data.get("mail", {})
            routes = mail.get("route", []) if isinstance(mail, dict) else []
            for position, route in enumerate(routes if isinstance(routes, list) else []):
                names = route.get("sources", []) if isinstance(route, dict) else []
                for index, name in enumerate(names if isinstance(names, list) else []):
                    if isinstance(name, str) and name.lower() not in self.seen:
                        problems.add(("mail", "route", position, "sources", index),
                                     Wrong(f"there is no source {checks.shown(name)}", "ids of sources",
                                           near=nearest(name, self.seen)))


def _validated(base: KeyPath, table: object, shape: type[BaseModel], problems: Problems) -> Values | None:
    """What ``table`` says, validated; None when it is not as it must be."""
    if not isinstance(table, dict):
        problems.add(base, Wrong(f"this is {named(table)}", "a table"))
        return None
    try:
        return shape.model_validate(table).model_dump(exclude_unset=True)
    except ValidationError as error:
        problems.add_errors(base, error.errors(include_url=False), shape)
        return None


def _tuples(values: Values) -> Values:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def _source(values: Values) -> Source:
    values = _tuples(values)
    rules = {key: values.pop(key) for key in _RULES if key in values}
    if items := values.pop("items", None):
        rules["items"] = Items(**_tuples(items))
    return Source(rules=Rules(**rules), **values)


def _mail(values: Values) -> MailSettings:
    routes = tuple(MailRoute(**_tuples(route)) for route in values.get("route", ()))
    rest = {key: value for key, value in values.items() if key != "route"}
    return MailSettings(routes=routes, **_tuples(rest))
