"""https: always verified, by the system's store or by the certificates the environment names."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from guidetrack.fetch.transport import tls_context
from guidetrack.models import Reason
from tests.support.certificates import Authority
from tests.support.site import Answer, Site


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One authority for all."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """The environment trusts the authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


def test_a_trusted_certificate_is_accepted(trusted: Authority, ask: Callable[..., Any]) -> None:
    """SSL_CERT_FILE names a corporate authority, and pages come over https."""
    with Site(tls=trusted.server("127.0.0.1")) as site:
        site.page("/a", "x")
        one, two = ask(site.url("/a"), site.url("/a"))
    assert (one.body, two.body) == (b"x", b"x")
    assert len({request.connection for request in site.asked("/a")}) == 1


@pytest.mark.parametrize(
    ("names", "days", "words"),
    [(("other.example",), (-1, 1), "mismatch"), (("127.0.0.1",), (-9, -2), "expired"),
     (("127.0.0.1",), (2, 3), "not yet valid")],
)
def test_a_wrong_certificate_is_refused(
    trusted: Authority, ask: Callable[..., Any], names: tuple[str, ...], days: tuple[int, int], words: str
) -> None:
    """Wrong name, expired, not yet valid: reason ``tls`` and OpenSSL's words, and nothing is sent."""
    with Site(tls=trusted.server(*names, days=days)) as site:
        failure = ask(site.url("/a"))
    assert failure.reason is Reason.TLS
    assert words in failure.detail
    assert site.log == []


def test_an_unknown_authority_is_refused(authority: Authority, ask: Callable[..., Any]) -> None:
    """Without SSL_CERT_FILE the system's store decides, and it does not know the authority."""
    with Site(tls=authority.server("127.0.0.1")) as site:
        failure = ask(site.url("/a"))
    assert failure.reason is Reason.TLS
    assert "certificate" in failure.detail


def test_a_server_without_tls_is_a_tls_failure(site: Site, ask: Callable[..., Any]) -> None:
    """https asked of a port that speaks http."""
    failure = ask(site.url("/a").replace("http:", "https:"))
    assert failure.reason is Reason.TLS


def test_a_redirect_from_http_to_https_is_followed(trusted: Authority, site: Site, ask: Callable[..., Any]) -> None:
    """The commonest redirect of all."""
    with Site(tls=trusted.server("127.0.0.1")) as secure:
        secure.page("/a", "x")
        site.redirect("/a", secure.url("/a"), 301)
        capture = ask(site.url("/a"))
    assert capture.body == b"x"
    assert capture.reached == secure.url("/a")


def test_a_cut_body_over_tls_is_incomplete(trusted: Authority, ask: Callable[..., Any]) -> None:
    """The announced length is checked over https too."""
    with Site(tls=trusted.server("127.0.0.1")) as site:
        site.answer("/a", Answer(body=b"x" * 100, cut_at=10))
        assert ask(site.url("/a")).reason is Reason.INCOMPLETE


def test_certificates_that_cannot_be_read_are_said(monkeypatch: pytest.MonkeyPatch, ask: Callable[..., Any]) -> None:
    """A wrong SSL_CERT_FILE is a sentence, not a traceback."""
    monkeypatch.setenv("SSL_CERT_FILE", str(Path("/no/such/file.pem")))
    failure = ask("https://127.0.0.1:1/")
    assert failure.reason is Reason.TLS
    assert "SSL_CERT_FILE" in failure.detail


def test_every_context_verifies(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever store is used, certificates and names are checked."""
    for value in ("", str(authority.file)):
        monkeypatch.setenv("SSL_CERT_FILE", value)
        context = tls_context()
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
