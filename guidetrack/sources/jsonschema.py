"""The JSON Schema of sources.toml, from the models that validate it."""

from __future__ import annotations

from typing import Any

from guidetrack.sources.checks import ID
from guidetrack.sources.model import FileTable


def build() -> dict[str, Any]:
    """See :func:`guidetrack.sources.schema`."""
    document = FileTable.model_json_schema(by_alias=True)
    tables = document["$defs"]
    source = tables["SourceTable"]["properties"]
    source["id"]["pattern"] = f"^{ID.pattern}$"
    source["url"]["pattern"] = "^[Hh][Tt][Tt][Pp][Ss]?://"
    for table in (tables["SourceTable"], tables["SharedTable"]):
        items = table["properties"]["items"]
        table["properties"]["items"] = {"description": items["description"],
                                        "anyOf": [{"type": "string"}, {"$ref": items["$ref"]}]}
    for table in (document, *tables.values()):
        for key in table.get("properties", {}).values():
            key.pop("title", None)
            if key.get("default", "") is None:
                del key["default"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **document, "title": "sources.toml"}
