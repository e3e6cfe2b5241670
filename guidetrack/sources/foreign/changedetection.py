"""Watches of changedetection.io: its data store ``url-watches.json``, the ``watch.json`` of newer versions, its API.

Only configuration is read; what the other tracker knows of past checks is passed over (``guidetrack backfill`` and
``import --source`` bring the past of a page).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from guidetrack.models import Format
from guidetrack.sources.foreign.job import MAX_JOBS, NO_GET, Draft, Job, headers, key_name, one_line
from guidetrack.sources.foreign.selectors import css_of_xpath, items_of
from guidetrack.sources.units import duration_text

KIND = "watches of changedetection.io"

_UNITS = {"weeks": 604800, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}
MAX_SECONDS = 3660 * 86400
_BROWSERS = ("html_webdriver", "html_playwright", "html_selenium", "html_puppeteer")
_WHY = {
    "browser_steps": "guidetrack renders a page and takes no steps in the browser.",
    "webdriver_js_execute_code": "guidetrack runs no code of yours in the page.",
    "webdriver_delay": "guidetrack waits until a page is at rest.",
    "trigger_text": "guidetrack reports every change, with a level; set min_level.",
    "text_should_not_be_present": "guidetrack reports every change, with a level; set min_level.",
    "conditions": "guidetrack reports every change, with a level; set min_level.",
    "extract_text": "guidetrack never takes a text apart by patterns; narrow it with select.",
    "extract_lines_containing": "guidetrack reports every line of what it takes; narrow it with select.",
    "check_unique_lines": "guidetrack compares with the last text, and names a text that comes back.",
    "sort_text_alphabetically": "lines stay in their order; guidetrack tells moved ones from new ones.",
    "remove_duplicate_lines": "lines that are said twice stay.",
    "proxy": "guidetrack takes proxies only from the environment.",
    "ignore_status_codes": "an error page is never taken for the page.",
    "notification_urls": "where guidetrack tells it stands under [mail]; addresses may hold secrets and stay behind.",
    "notification_body": "guidetrack writes its own reports.",
    "notification_title": "guidetrack writes its own reports.",
    "llm_intent": "guidetrack asks no language model.",
    "llm_change_summary": "guidetrack asks no language model.",
}
_OFF_SAYS = {
    "filter_text_added": "guidetrack reports what was added too.",
    "filter_text_removed": "guidetrack reports what was taken away too.",
    "filter_text_replaced": "guidetrack reports what was replaced too.",
}


def jobs(store: object, tags: Mapping[str, Any] | None = None) -> Iterator[Job]:
    """Every watch of a data store, of one ``watch.json``, or of what its API lists; see :func:`is_store`."""
    if not isinstance(store, Mapping):
        return
    settings = _mapping(store.get("settings"))
    application = _mapping(settings.get("application"))
    groups = {**_mapping(application.get("tags")), **(tags or {})}
    shared = _Shared(groups, application, _mapping(settings.get("requests")))
    for number, watch in enumerate(_watches(store), 1):
        if number <= MAX_JOBS + 1:
            yield shared.job(watch, f"watch {number}")


def is_store(value: object) -> bool:
    """Whether this JSON is one of theirs."""
    return isinstance(value, Mapping) and (
        isinstance(value.get("watching"), Mapping) or "url" in value
        or (bool(value) and all(isinstance(watch, Mapping) and "url" in watch for watch in value.values())))


def _watches(store: Mapping[str, Any]) -> list[object]:
    if isinstance(store.get("watching"), Mapping):
        return list(store["watching"].values())
    return [store] if "url" in store else list(store.values())


def _mapping(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [one.strip() for one in found if isinstance(one, str) and one.strip()]


class _Shared:
    """What holds for every watch: groups and the settings of the application."""

    def __init__(self, groups: Mapping[str, Any], application: Mapping[str, Any], requests: Mapping[str, Any]) -> None:
        self.groups = groups
        self.application = application
        self.every = _span(requests.get("time_between_check"))

    def job(self, said: object, where: str) -> Job:
        """One watch as a job."""
        draft = Draft(where)
        if not isinstance(said, Mapping):
            draft.refuse("it is no watch")
            return draft.done()
        self._what(draft, said)
        if not draft.refused:
            self._how(draft, said)
            self._group(draft, said)
            _rest(draft, said)
        return draft.done()

    def _what(self, draft: Draft, said: Mapping[str, Any]) -> None:
        draft.title(said.get("title") or said.get("page_title"))
        url = said.get("url")
        if isinstance(url, str) and url.strip().startswith("source:"):
            url = url.strip().removeprefix("source:")
            draft.lose("source: guidetrack compares the words of a page, not its source.")
        draft.address(url)
        method = str(said.get("method") or "GET").upper()
        if method != "GET" or said.get("body"):
            draft.refuse(NO_GET.format(method=key_name(method) if method != "GET" else "a body"))
        processor = said.get("processor") or "text_json_diff"
        if processor == "restock_diff":
            draft.refuse("it watches stock and prices; guidetrack watches text")
        elif processor != "text_json_diff":
            draft.lose(f"Processor {key_name(processor)}: guidetrack compares text.")

    def _how(self, draft: Draft, said: Mapping[str, Any]) -> None:
        backend = said.get("fetch_backend") or "system"
        if backend == "system":
            backend = self.application.get("fetch_backend") or ""
        if isinstance(backend, str) and (backend in _BROWSERS or backend.startswith("extra_browser")):
            draft.values["render"] = True
        if said.get("paused"):
            draft.values["enabled"] = False
        own = None if said.get("time_between_check_use_default") else _span(said.get("time_between_check"))
        if every := own or self.every:
            draft.values["every"] = duration_text(every)
        for place in (said, self.application):
            prefix = "global_" if place is self.application else ""
            _selectors(draft, _texts(place.get(f"{prefix}subtractive_selectors")))
            draft.add("ignore", *map(_pattern, _texts(place.get(f"{prefix}ignore_text"))))
        _filters(draft, _texts(said.get("include_filters")) or _texts(said.get("css_filter")))
        headers(draft, said.get("headers"))

    def _group(self, draft: Draft, said: Mapping[str, Any]) -> None:
        """Groups become topics; their own filters are not mixed in unasked."""
        named = said.get("tags")
        known = _texts(named) if not isinstance(named, Mapping) else [str(key) for key in named]
        for uuid in known:
            group = _mapping(self.groups.get(uuid))
            title = one_line(group.get("title")) or ("" if _looks_random(uuid) else one_line(uuid))
            draft.add("topics", title)
            if not title:
                draft.lose("A group whose name the file does not say.")
            if any(group.get(key) for key in ("include_filters", "subtractive_selectors", "ignore_text")):
                draft.lose(f"Filters of the group {title or '?'}: write them into the source by hand.")
        draft.add("topics", *(one_line(word) for one in _texts(said.get("tag")) for word in one.split(",")))


def _looks_random(uuid: str) -> bool:
    return len(uuid) == 36 and uuid.count("-") == 4


def _span(value: object) -> timedelta | None:
    """``{"weeks": None, "days": 1, "hours": "2"}`` as a span; None when it says nothing."""
    seconds = 0.0
    for unit, length in _UNITS.items():
        count = _mapping(value).get(unit)
        try:
            seconds += float(count) * length if isinstance(count, (int, float, str)) and count != "" else 0
        except (ValueError, OverflowError):
            continue
    return timedelta(seconds=round(seconds)) if 1 <= seconds <= MAX_SECONDS else None


def _filters(draft: Draft, found: list[str]) -> None:
    """What to take: CSS, ``//`` or ``xpath:``, ``json:``, ``jq:``; several are taken together."""
    for one in found:
        language, _, rest = one.partition(":")
        if language in ("json", "jq", "jqraw"):
            draft.form(Format.JSON)
            items = items_of(rest, "jsonpath" if language == "json" else "jq")
            if items and "items" not in draft.values:
                draft.values["items"] = items
            else:
                draft.lose(f"Filter {language}: the whole document is read; write items (JMESPath) by hand to take a "
                           "list of it.")
        elif css := _as_css(one):
            draft.selector(css, within=False)
        else:
            draft.lose("Filter xpath: it cannot be said as a CSS selector; write select by hand, or leave it: "
                       "guidetrack finds the main content by itself.")


def _selectors(draft: Draft, found: list[str]) -> None:
    for one in found:
        if css := _as_css(one):
            draft.add("drop", css)
        else:
            draft.lose("Remove elements: an XPath that cannot be said as a CSS selector; write drop by hand.")


def _as_css(one: str) -> str:
    """A selector as CSS: theirs are CSS unless they begin as an XPath does."""
    for prefix in ("xpath:", "xpath1:"):
        if one.startswith(prefix):
            return css_of_xpath(one.removeprefix(prefix).strip())
    return css_of_xpath(one) if one.startswith("/") else one


def _pattern(line: str) -> str:
    """``/regex/flags``, or text that stands anywhere in a line, in any case."""
    import regex

    if line.startswith("/") and line.rfind("/") > 0:
        body, flags = line[1:line.rfind("/")], line[line.rfind("/") + 1:]
        if body and all(flag in "imsx" for flag in flags):
            return f"(?{''.join(dict.fromkeys(flags))}){body}" if flags else body
    return "(?i)" + regex.escape(line, literal_spaces=True)


def _rest(draft: Draft, said: Mapping[str, Any]) -> None:
    """Keys that have no counterpart."""
    for key, why in _WHY.items():
        if said.get(key) and said[key] != [{}]:
            draft.lose(f"{key}: {why}")
    for key, why in _OFF_SAYS.items():
        if said.get(key) is False:
            draft.lose(f"{key}: {why}")
    if _mapping(said.get("time_schedule_limit")).get("enabled"):
        draft.lose("time_schedule_limit: guidetrack checks when cron or a timer says so.")
    if said.get("notification_muted"):
        draft.lose("notification_muted: guidetrack tells every change; set min_level.")
