"""The words that sources.toml adds to the vocabulary, tried before anything is done; mistakes with file and line."""

from __future__ import annotations

from pathlib import Path

from guidetrack.errors import SourcesError
from guidetrack.models import Settings


def checked(settings: Settings, path: Path) -> Settings:
    """The settings read from ``path``, once their [vocabulary] can be laid over the shipped one.

    :raises SourcesError: it cannot; each problem with file, line and key.
    """
    if not settings.vocabulary:
        return settings
    from guidetrack.compare import load_vocabulary

    try:
        load_vocabulary(settings.vocabulary)
    except SourcesError as error:
        raise SourcesError([_placed(problem, path) for problem in error.problems]) from None
    return settings


def _placed(problem: str, path: Path) -> str:
    """``vocabulary.topics.dose.terms: …`` with the file and line where the key, or what is around it, stands."""
    from guidetrack.sources import edit

    keys = tuple(problem.partition(": ")[0].split("."))
    said = "".join(sign if sign.isprintable() else "?" for sign in problem)
    documents = edit.files(path)
    for length in range(len(keys), 0, -1):
        for document in documents:
            if document.lines.has(keys[:length]):
                return f"{document.name}:{document.lines.of(keys[:length])}: {said}"
    return f"{path}: {said}"
