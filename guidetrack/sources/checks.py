"""What a value in sources.toml must be. Each check returns the value or raises :class:`Wrong`; none does I/O."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9.])?|\[[0-9A-Fa-f:.]+\]")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_MAILBOX = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\]{1,253}")
_SECRET_QUERY = re.compile(r"(api[-_]?key|access[-_]?token|auth[-_]?token|client[-_]?secret|password|passwd|secret)",
                           re.I)
SECRET_KEY = re.compile(r"(.*[-_.])?(pass|password|passwd|passphrase|pwd|secret|token|api[-_]?key|apikey|credentials?"
                        r"|private[-_]?key|access[-_]?key)([-_].*)?", re.I)
"""Names of keys under which people write secrets; ``…_env`` keys name a variable and are no secrets."""

MAX_PATTERN = 2000
"""Characters of a selector or regular expression past which nobody can have meant it."""


class Wrong(ValueError):
    """A value is not as it must be: ``what`` is wrong, what was ``expected``, an ``example``, the ``near``est value."""

    def __init__(self, what: str, expected: str = "", example: str = "", near: str = "") -> None:
        super().__init__(what)
        self.what, self.expected, self.example, self.near = what, expected, example, near


def source_id(value: str) -> str:
    """A name that is a safe file name on every system, so that the archive can use it as a folder."""
    expected = "lower-case letters, digits, '.', '_' and '-', at most 80, beginning with a letter or digit"
    slug = re.sub(r"[^a-z0-9]+", "-", value.lower()).strip("-")[:80]
    if not ID.fullmatch(value):
        raise Wrong(f"{shown(value)} is no safe file name", expected, '"us-fda-compounded-ketamine"', slug)
    if value.endswith("."):
        raise Wrong(f"{shown(value)} ends with a dot, which Windows drops", expected, '"us-fda-label"',
                    value.rstrip("."))
    if _RESERVED.fullmatch(value):
        raise Wrong(f"{shown(value)} is a device name on Windows", "another id", '"us-fda-label"', f"source-{slug}")
    return value


def url(value: str) -> str:
    """An absolute http or https address without user name, password or key. Never echoed: it might hold a secret."""
    expected, example = "an http or https address", '"https://www.nice.org.uk/guidance/ta854"'
    if len(value) > 4096:
        raise Wrong(f"the address has {len(value)} characters", "at most 4096", example)
    if _CONTROL.search(value) or re.search(r"\s", value) or "\\" in value:
        raise Wrong("the address holds a space, backslash or control character",
                    f"{expected} with those percent-encoded", example)
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Wrong("the address cannot be read (its host or port is malformed)", expected, example) from None
    if parts.scheme.lower() not in ("http", "https"):
        scheme = f"{parts.scheme}: addresses are not watched" if parts.scheme else "the address has no scheme"
        raise Wrong(scheme, expected, example)
    if "@" in parts.netloc:
        raise Wrong("the address holds a user name or password (not shown)",
                    "the public address, without secrets", example)
    if not host or not _host(host):
        raise Wrong("the address has no host, or none that can exist", expected, example)
    if any(_SECRET_QUERY.fullmatch(name) for name, _ in parse_qsl(parts.query, max_num_fields=200)):
        raise Wrong("the address holds a key or token (not shown)",
                    "the public address, without secrets", example)
    return value


def _host(host: str) -> bool:
    if ":" in host:
        try:
            ipaddress.ip_address(host.split("%")[0])
        except ValueError:
            return False
        return True
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode()
        except idna.IDNAError:
            return False
    return len(host) <= 253 and all(_LABEL.fullmatch(label) for label in host.removesuffix(".").split("."))


@lru_cache(maxsize=4096)
def selector(value: str) -> str:
    """A CSS selector that parses."""
    import soupsieve

    _sized(value, "a CSS selector", '"main"')
    try:
        soupsieve.compile(value)
    except (soupsieve.SelectorSyntaxError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else "it cannot be read"
        raise Wrong(f"{shown(value)} is no CSS selector ({reason})", "a CSS selector",
                    '"main", ".field-body", "#content"') from None
    return value


@lru_cache(maxsize=4096)
def pattern(value: str) -> str:
    """A regular expression that compiles in the ``regex`` module; matching has its own timeout."""
    import regex

    _sized(value, "a regular expression", r"'Viewed \d+ times'")
    if any(int(count) > 10_000 for count in re.findall(r"\{\d{0,8}?,?(\d+)\}", value)):
        raise Wrong(f"{shown(value)} repeats more than 10,000 times", "a smaller count", r"'\d{1,9}'")
    try:
        regex.compile(value)
    except (regex.error, RecursionError, OverflowError, MemoryError, ValueError) as error:
        raise Wrong(f"{shown(value)} is no regular expression ({str(error)[:120] or 'it nests too deep'})",
                    "a regular expression, best in single quotes", r"'Viewed \d+ times'") from None
    return value


@lru_cache(maxsize=4096)
def json_path(value: str) -> str:
    """A JMESPath expression that compiles (jmespath.org)."""
    import jmespath
    from jmespath.exceptions import JMESPathError

    _sized(value, "a JMESPath expression", '"results"')
    try:
        jmespath.compile(value)
    except (JMESPathError, RecursionError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else "it cannot be read"
        raise Wrong(f"{shown(value)} is no JMESPath expression ({reason})", "where the entries are in the JSON",
                    '"results", "data.items[*]", "@"') from None
    return value


def _sized(value: str, what: str, example: str) -> None:
    if not value.strip():
        raise Wrong("empty", what, example)
    if len(value) > MAX_PATTERN:
        raise Wrong(f"{len(value)} characters long", f"{what} of at most {MAX_PATTERN}", example)


def network(value: str) -> str:
    """A network in CIDR form, or one address."""
    try:
        return str(ipaddress.ip_network(value, strict=False))
    except ValueError:
        raise Wrong(f"{shown(value)} is no network", "an address range (CIDR)",
                    '"10.1.0.0/16", "127.0.0.1/32"') from None


def mailbox(value: str) -> str:
    """An address to send mail to or from; RFC 5321 without quoted local parts."""
    if not _MAILBOX.fullmatch(value) or _CONTROL.search(value):
        raise Wrong(f"{shown(value)} is no mail address", "one mail address", '"compliance@clinic.example"')
    return value


def variable(value: str) -> str:
    """The name of an environment variable. Not echoed: people put the secret itself here."""
    if not _VARIABLE.fullmatch(value):
        raise Wrong("this is not the name of an environment variable (not shown, in case it is the secret itself)",
                    "the name of the variable that holds it", '"SMTP_PASSWORD"')
    return value


def host(value: str) -> str:
    """A host name or address, without scheme or port."""
    if not _HOST.fullmatch(value) or ".." in value:
        raise Wrong(f"{shown(value)} is no host name", "a host name without scheme or port", '"smtp.clinic.example"')
    return value


def program(value: str) -> str:
    """The path of the program that takes mail; one path, no arguments: this file cannot run commands."""
    if _CONTROL.search(value) or not (value.startswith("/") or re.match(r"[A-Za-z]:[\\/]", value)):
        raise Wrong("not the full path of a program", "the full path, without arguments", '"/usr/sbin/sendmail"')
    return value


def location(value: str, schemes: tuple[str, ...], example: str) -> str:
    """A path, or an address in one of ``schemes`` without a password."""
    if not value.strip() or _CONTROL.search(value):
        raise Wrong("empty" if not value.strip() else "the path holds a control character",
                    f"a path, or {' or '.join(schemes)}://…", example)
    match = _SCHEME.match(value)
    if match is None:
        return value
    if match[1].lower() not in schemes:
        raise Wrong(f"{match[1]}:// cannot hold it", f"a path, or {' or '.join(schemes)}://…", example)
    rest = value[match.end():]
    user = rest.split("/", 1)[0].rpartition("@")[0]
    if ":" in user or (user and "s3" in schemes) or re.search(r"[?&](password|sslpassword)=", rest, re.I):
        raise Wrong("the address holds a password (not shown)",
                    "secrets only from the environment, such as PGPASSWORD or AWS_SECRET_ACCESS_KEY", example)
    if not rest.strip("/") and "s3" in schemes:
        raise Wrong("the address names no bucket", "s3://bucket/prefix", example)
    return value


def line(value: str) -> str:
    """One line of text for people: no control characters, at most 500 characters."""
    if _CONTROL.search(value):
        raise Wrong("the text holds a control character or line break", "one line of text", '"Spravato label"')
    if len(value) > 500:
        raise Wrong(f"the text has {len(value)} characters", "at most 500", '"Spravato label"')
    return value.strip()


def prose(value: str) -> str:
    """A remark of a few lines: no control characters but line breaks and tabs, at most 4,000 characters."""
    if _CONTROL.search(value.replace("\n", "").replace("\r", "").replace("\t", "")):
        raise Wrong("the text holds a control character", "text", '"Asked legal on 3 March."')
    if len(value) > 4000:
        raise Wrong(f"the text has {len(value)} characters", "at most 4000", '"Asked legal on 3 March."')
    return value.strip()


def shown(value: str) -> str:
    """A value as a message may show it: short, quoted, without control characters."""
    return f'"{_CONTROL.sub("?", value[:60])}{"…" if len(value) > 60 else ""}"'
