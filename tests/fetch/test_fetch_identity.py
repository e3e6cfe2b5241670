"""What a request says, and that nothing from outside can add to it."""

from __future__ import annotations

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guidetrack.fetch.identity import ACCEPT, request_headers, user_agent
from guidetrack.models import Validators


@pytest.mark.parametrize(
    ("contact", "expected"),
    [
        ("compliance@clinic.example", "guidetrack/0.1.0 (+compliance@clinic.example)"),
        ("https://clinic.example/bot", "guidetrack/0.1.0 (+https://clinic.example/bot)"),
        ("", "guidetrack/0.1.0"), ("  ", "guidetrack/0.1.0"), ("(\\)", "guidetrack/0.1.0"),
        ("a@b\r\nX-Evil: 1", "guidetrack/0.1.0 (+a@bX-Evil: 1)"), ("ä@b.example", "guidetrack/0.1.0 (+@b.example)"),
    ],
)
def test_the_user_agent_names_us_and_the_contact(contact: str, expected: str) -> None:
    """A reader of the log can write to somebody; a line break in the contact adds nothing."""
    assert user_agent("0.1.0", contact) == expected


ANY = st.text(max_size=50)


@given(ANY, ANY, ANY, ANY, ANY, st.booleans())
@example("", " ", " ", "\t", " ", False)
@example("", "text/html ", ' "a"', "b ", " c=d", False)
def test_no_value_can_add_or_break_a_header(
    contact: str, accept: str, etag: str, modified: str, cookie: str, fresh: bool
) -> None:
    """Whatever the contact, the source and the last answer say, the request is valid and has each header once."""
    headers = request_headers(
        user_agent("0.1.0", contact), "example.org", accept=accept, validators=Validators(etag, modified),
        fresh=fresh, cookie=cookie,
    )
    names = [name for name, _ in headers]
    assert len(set(names)) == len(names)
    sent = h11.Connection(h11.CLIENT).send(
        h11.Request(method="GET", target="/", headers=[(n.encode(), v.encode("latin-1")) for n, v in headers])
    )
    assert sent is not None
    assert sent.count(b"\r\n") == len(headers) + 2


def test_an_unusable_accept_gives_way_to_ours() -> None:
    """A source's ``accept`` with a line break is not sent."""
    assert dict(request_headers("x", "h", accept="text/html\r\nX: y"))["Accept"] == ACCEPT


def test_a_second_look_sends_no_validators() -> None:
    """no-cache asks caches on the way to ask the publisher. RFC 9111 section 5.2.1.4."""
    headers = dict(request_headers("x", "h", validators=Validators('"v"', "d"), fresh=True))
    assert headers["Cache-Control"] == "no-cache"
    assert "If-None-Match" not in headers
    assert "If-Modified-Since" not in headers
