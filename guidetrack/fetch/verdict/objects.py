"""Error objects: JSON, XML and bare text that a server gives in place of a document. Pure."""

from __future__ import annotations

import html
import json
import re
from itertools import islice
from typing import Any

from guidetrack.fetch.verdict.evidence import Sign, title_signs
from guidetrack.fetch.verdict.scan import Look
from guidetrack.models.enums import Reason

LIMIT = 64_000
"""Bytes of JSON worth parsing: error objects are small."""

_SAYS_ERROR = frozenset(
    {
        "error",
        "errors",
        "fault",
        "exception",
        "errormessage",
        "error_message",
        "error_description",
        "errorcode",
        "error_code",
        "errordetails",
        "edge_error",
        "fehler",
        "erreur",
        "stack",
        "stacktrace",
        "traceback",
        "trace",
    }
)
_SAYS_WHY = frozenset(
    {
        "message",
        "msg",
        "detail",
        "details",
        "title",
        "description",
        "reason",
        "status",
        "statuscode",
        "status_code",
        "code",
        "success",
        "ok",
        "type",
        "instance",
        "path",
        "timestamp",
        "requestid",
        "request_id",
        "traceid",
        "trace_id",
        "url",
        "documentation_url",
        "correlationid",
        "data",
        "result",
        "meta",
        "statustext",
        "statusmessage",
        "info",
        "help",
        "links",
        "id",
    }
)
_BOT = ("captcha-delivery.com", "blockscript", "px-captcha", "captcha", "_incapsula_", "perfdrive.com")
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_XML_ERRORS = frozenset(
    {
        "error",
        "errors",
        "fault",
        "exception",
        "problem",
        "serviceexceptionreport",
        "exceptionreport",
        "errorresponse",
        "apierror",
        "errormessage",
        "httperror",
    }
)
_XML_FAILED = re.compile(
    r"<(?:[\w.-]+:)?(?:status|result|success|ok|code|statuscode)>\s*(?:error|fail|failed|failure|false|[45]\d\d)\s*<"
)
_ENTRY = re.compile(r"<(?:item|entry)\b")
_ENTRY_TITLE = re.compile(r"<title[^<>]*>\s*(?:<!\[CDATA\[)?([^<\]]{1,200})", re.IGNORECASE)
_XML_CODE = re.compile(r"<(?:[\w.-]+:)?(?:code|errorcode|faultcode|status)>\s*([^<]{1,60})", re.IGNORECASE)
_XML_TEXT = re.compile(
    r"<(?:[\w.-]+:)?(?:message|faultstring|detail|title|exceptiontext|serviceexception)[^<>]*>\s*([^<]{1,200})",
    re.IGNORECASE,
)


def no_matches(body: bytes) -> bool:
    """Whether this is how openFDA says "no matches": ``{"error": {"code": "NOT_FOUND", …}}``, with status 404."""
    if len(body) > LIMIT:
        return False
    found = _parse(body)
    error = found.get("error") if isinstance(found, dict) else None
    return isinstance(error, dict) and error.get("code") == "NOT_FOUND"


def object_sign(look: Look) -> Sign | None:
    """The sign that a JSON or XML body is an error and nothing else."""
    if look.kind == "json" and len(look.capture.body) <= LIMIT:
        return _json_sign(_parse(look.capture.body), look.low)
    if look.kind == "xml" and len(look.capture.body) <= LIMIT:
        return _xml_sign(look)
    return None


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _json_sign(found: Any, low: str) -> Sign | None:
    if isinstance(found, str):
        return Sign(_reason(found), 4, "object", found[:160], "a bare sentence for programs")
    if (found is None and low.strip() == "null") or isinstance(found, bool):
        return Sign(Reason.HTTP_ERROR, 4, "object", low.strip(), "a bare value for programs")
    if not isinstance(found, dict) or not found:
        return None
    keys = {str(key).lower().replace("-", "_").removeprefix("odata."): value for key, value in found.items()}
    if (
        any(mark in low[:LIMIT] for mark in _BOT)
        and len(low) < 20_000
        and set(keys) & {"url", "appid", "blockscript", "captcha", "challenge"}
    ):
        return Sign(Reason.BLOCKED, 4, "object", low[:100], "a bot check")
    error = [keys[name] for name in sorted(_SAYS_ERROR & keys.keys()) if keys[name]]
    rest = {
        key
        for key, value in keys.items()
        if key not in _SAYS_ERROR | _SAYS_WHY and value not in (None, "", [], {}, 0, False)
    }
    status = next((keys[key] for key in ("status", "statuscode", "status_code", "code") if key in keys), None)
    failed = (
        _number(status) >= 400
        or keys.get("success") is False
        or keys.get("ok") is False
        or str(status).lower() in ("error", "fail", "failed", "failure")
    )
    bulky = [key for key in ("data", "result", "description", "details") if len(str(keys.get(key) or "")) > 2_000]
    # {"code": "no_route", "message": …} and nothing else that a record would have
    coded = not rest and isinstance(keys.get("code"), str) and isinstance(keys.get("message"), str)
    lone = set(keys) <= {"message", "detail", "msg", "request_id", "requestid"} and isinstance(
        next(iter(keys.values())), str
    )
    brief = (coded and len(low) < 1_000) or (lone and len(low) < 400)
    if ((error and len(rest) <= 2) or (failed and len(rest) <= 2) or brief) and not bulky:
        says = _says(error[0] if error else keys)
        return Sign(_reason(f"{status} {says}"), 4, "object", says or low[:100], "an error message for programs")
    return None


def _says(value: Any) -> str:
    for _ in range(4):
        if isinstance(value, list):
            value = value[0] if value else ""
        elif isinstance(value, dict):
            lowered = {str(key).lower(): inner for key, inner in value.items()}
            value = next(
                (
                    lowered[key]
                    for key in (
                        "message",
                        "faultstring",
                        "detail",
                        "msg",
                        "title",
                        "description",
                        "reason",
                        "code",
                        "error",
                    )
                    if lowered.get(key)
                ),
                "",
            )
        else:
            break
    return " ".join(str(value).split())[:160]


def _number(value: Any) -> int:
    try:
        return int(value) if not isinstance(value, bool) else 0
    except (TypeError, ValueError):
        return 0


def _xml_sign(look: Look) -> Sign | None:
    root = _ROOT.search(look.low)
    if root is None:
        return None
    name = root.group(1)
    body = look.low[root.end() : root.end() + 2_000]
    if name in ("rss", "feed", "rdf"):
        return _of_feed(look)
    soap = name == "envelope" and re.search(r"<(?:[\w.-]+:)?fault\b", body) is not None
    failed = len(look.low) < 2_000 and _XML_FAILED.search(body) is not None
    if name not in _XML_ERRORS and not soap and not failed:
        return None
    code, says = _XML_CODE.search(look.source), _XML_TEXT.search(look.source)
    quote = " ".join((": ".join(part.group(1).strip() for part in (code, says) if part) or name).split())
    return Sign(_reason(quote), 4, "object", quote[:160], "an error message for programs")


def _of_feed(look: Look) -> Sign | None:
    """A feed whose only entry, or whose own title where it has none, is an error's."""
    starts = [match.end() for match in islice(_ENTRY.finditer(look.low), 2)]
    if len(starts) > 1:
        return None
    title = _ENTRY_TITLE.search(look.source, starts[0] if starts else 0)
    words = html.unescape(title.group(1)).strip() if title else ""
    found = next(iter(title_signs(words, "object")), None)
    if found is None or found.reason is None or found.weight < 1.5:
        return None
    return Sign(found.reason, 4, "object", words[:160], "an error message in a feed")


def _reason(says: str) -> Reason:
    """The reason that an error object's own words give."""
    low = says.lower().replace("_", " ")
    rules = (
        (
            Reason.NOT_FOUND,
            (
                "404",
                "410",
                "not found",
                "notfound",
                "nosuchkey",
                "nosuchbucket",
                "does not exist",
                "no such",
                "doesn't exist",
            ),
        ),
        (
            Reason.BLOCKED,
            (
                "403",
                "429",
                "451",
                "forbidden",
                "accessdenied",
                "access denied",
                "too many",
                "rate limit",
                "ratelimit",
                "blocked",
                "throttl",
                "captcha",
                "not allowed",
                "quota",
            ),
        ),
        (
            Reason.LOGIN,
            (
                "401",
                "unauthorized",
                "unauthorised",
                "not authorized",
                "not authorised",
                "unauthenticated",
                "authentication",
                "log in",
                "login",
                "api key",
                "api_key",
                "token",
                "credentials",
                "session",
                "sign in",
            ),
        ),
        (Reason.MAINTENANCE, ("503", "maintenance", "unavailable")),
    )
    return next((reason for reason, marks in rules if any(mark in low for mark in marks)), Reason.HTTP_ERROR)
