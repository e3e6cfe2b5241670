"""The JSON Schema of sources.toml, from the models that validate it."""

from __future__ import annotations

from typing import Any

from guidetrack.sources.checks import ID
from guidetrack.sources.model import FileTable


def build() -> dict[str, Any]:
    """See :func:`guidetrack.sources.schema`."""
    document = FileTable.model_json_schema(by_alias=True)
    document["$defs"]["SourceTable"]["properties"]["id"]["pattern"] = f"^{ID.pattern}$"
    document["$defs"]["SourceTable"]["properties"]["url"]["pattern"] = "^[Hh][Tt][Tt][Pp][Ss]?://"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document, "title": "sources.toml"}
