"""Watch public rules and guidance on ketamine for depression, and see what changed, in the document's own words."""

from guidetrack._version import __version__

__all__ = ["__version__"]
