"""Where the document is on the page."""

from __future__ import annotations

from guidetrack.extract.html.tree import Tree

_CHROME = {"nav": "navigation", "footer": "footer", "aside": "aside", "noscript": "no script", "header": "header",
           "form": "form", "select": "form", "textarea": "form", "button": "button", "dialog": "dialog"}


def choose(tree: Tree) -> None:
    """Mark what is not the document with the rule that says so."""
    mains = [node for node in tree.nodes if node.tag == "main" or node.attrs.get("role") == "main"]
    for node in tree.nodes:
        if node.tag in _CHROME and not any(m.start < node.start < m.end for m in mains):
            node.rule = _CHROME[node.tag]
        if node.tag == "button":
            node.rule = "button"
