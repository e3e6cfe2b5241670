"""The normal form of many lines at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guidetrack.normal import normal, normal_lines

AWKWARD = st.text(st.sampled_from("ab  \n\t\r`é\u0301\u0316\u200b\u00a0\u2026\x85\u2028\x1c'-\u2013\ud800\ufb01\x00"), max_size=6)


@given(st.lists(AWKWARD | st.text(max_size=20), max_size=5))
def test_many_lines_are_folded_as_each_alone(lines: list[str]) -> None:
    """Digests must not depend on whether lines are folded one by one or together."""
    assert normal_lines(lines) == "\n".join(map(normal, lines))
