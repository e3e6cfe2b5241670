"""The verdict on a fetch: is this the page at all? Pure: no network, no disk, no clock.

Two questions in turn, each answered by None ("go on") or a :class:`~guidetrack.models.Verdict`:

- :func:`judge_answer`: what status, length and redirects say, before any text is read;
- :func:`judge_page`: what the page says about itself, and how much of the last good text is still there.

Tables of signs are in ``signs/*.toml`` and read when the first page in doubt is judged.
"""

from __future__ import annotations

from guidetrack.errors import ExtractError
from guidetrack.models import Capture, Rules, Text, Verdict

__all__ = ["judge_answer", "judge_page"]


def judge_answer(capture: Capture, *, conditional: bool = False, rules: Rules = Rules()) -> Verdict | None:
    """Judge an answer by transport, redirects and status; None when its text may be looked at.

    :param conditional: validators were sent, so that 304 is an answer.
    :param rules: with ``format = json``, openFDA's way of saying "no matches" (404) is an empty list.
    """
    from guidetrack.fetch.verdict.answer import judge_answer as judge

    return judge(capture, conditional=conditional, rules=rules)


def judge_page(
    capture: Capture,
    text: Text | None,
    previous: Text | None,
    problem: ExtractError | None = None,
    *,
    rules: Rules = Rules(),
) -> Verdict | None:
    """Judge what was extracted from an answer that :func:`judge_answer` let pass; None when it is the page.

    :param text: what the extractor read, None when it could not. :param problem: why it could not.
    :param previous: the last good text, None on a first check. :param rules: as the text was read with.
    """
    from guidetrack.fetch.verdict.page import judge_page as judge

    return judge(capture, text, previous, problem, rules=rules)
