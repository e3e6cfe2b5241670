"""thin"""
from __future__ import annotations

from collections.abc import Mapping


class Vocabulary:
    """words"""
def load(extra: Mapping[str, object]) -> Vocabulary:
    """load"""
    return Vocabulary()
