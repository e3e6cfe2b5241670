"""The quick makers make what the classes make."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError

import pytest

from guidetrack.models import Block, BlockKind, Section, SetAside
from guidetrack.models.quick import block, section, set_aside

ROW = (BlockKind.ROW, "G2082 | 28 mg", 0, "G2082", ("Code", "Dose"), 3)
PAIRS = [
    (block(*ROW), Block(*ROW)),
    (block(BlockKind.ITEM, "x", level=2), Block(BlockKind.ITEM, "x", level=2)),
    (section(("A",), 1, (), "k"), Section(("A",), 1, (), "k")),
    (set_aside("Share", "share bar"), SetAside("Share", "share bar")),
]


@pytest.mark.parametrize(("made", "wanted"), PAIRS)
def test_a_value_made_quickly_is_the_value(made: object, wanted: object):
    """Same class, equality, hash, text and pickle; as frozen as the other."""
    assert type(made) is type(wanted)
    assert (made, hash(made), repr(made)) == (wanted, hash(wanted), repr(wanted))
    assert pickle.loads(pickle.dumps(made)) == wanted
    with pytest.raises(FrozenInstanceError):
        setattr(made, type(made).__match_args__[0], "y")  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", [block, section, set_aside])
def test_makers_can_be_named_in_a_pickle(make: object):
    """Messages between processes name the maker instead of the class."""
    assert pickle.loads(pickle.dumps(make)) is make


def test_a_missing_member_is_an_error():
    """What the class demands, its maker demands."""
    with pytest.raises(TypeError):
        block(BlockKind.ITEM)  # type: ignore[call-arg]
