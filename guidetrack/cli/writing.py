"""Writing sources into sources.toml, for the commands that do: new files too, and nothing that the loader refuses."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from guidetrack.cli.app import App
from guidetrack.errors import SourcesError
from guidetrack.models import Settings

if TYPE_CHECKING:
    from guidetrack.sources.toml import Document

HEAD = """# What guidetrack watches. Every key: docs/sources-reference.md, or `guidetrack schema` for your editor.

[fetch]
# contact = "compliance@clinic.example"    # yours: it tells the sites who asks
"""


def settings_of(app: App) -> Settings:
    """Those of the sources file; without one (and none named) every default."""
    try:
        path = app.path
    except SourcesError:
        return Settings(Path("sources.toml"), "", ())
    return app.settings if path.exists() or app.sources_path is None else Settings(path, "", ())


def documents_of(app: App, settings: Settings) -> list[Document]:
    """The file and those it includes; where there is none yet, a new one that says only how to go on."""
    from guidetrack.sources import edit
    from guidetrack.sources.toml import Document

    if not settings.sha256:
        return [Document(settings.file, str(settings.file), b"", HEAD, {"fetch": {}})]
    return edit.files(app.path)


def save(document: Document, text: str) -> None:
    """Write, after reading the result as the next command will: what is refused is never written."""
    from guidetrack.sources import edit, load

    probe = document.path.with_name(f".{document.path.name}.{os.getpid()}.new")
    try:
        probe.write_text(text, "utf-8")
        load(probe)
    except SourcesError as error:
        problems = [problem.replace(str(probe), document.name) for problem in error.problems]
        raise SourcesError(problems) from None
    except OSError as error:
        raise SourcesError(f"{document.name}: cannot be written ({error.strerror or error})") from error
    finally:
        probe.unlink(missing_ok=True)
    if document.raw or document.path.exists():
        edit.save(document, text)
    else:
        edit.write(document.path, text.encode(), replace=False)
