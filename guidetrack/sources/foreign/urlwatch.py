"""Job lists of urlwatch and webchanges: YAML, one document each job (their manuals, "Jobs")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from guidetrack.sources import checks
from guidetrack.sources.foreign import filters
from guidetrack.sources.foreign.job import MAX_JOBS, NO_GET, Draft, Job, headers, key_name, one_line
from guidetrack.sources.foreign.yamls import Tagged, documents

KIND = "a job list of urlwatch or webchanges"
NO_JOB = "it is no job: a job has keys such as url and name"
SETTINGS = "it is the settings of the tracker; expected its list of jobs"

_KNOWN = frozenset(("url", "navigate", "use_browser", "kind", "name", "filter", "filters", "headers", "method", "data",
                    "data_as_json", "params", "user_visible_url", "url_for_human", "note", "enabled", "tags", "command",
                    "cookies"))
_NEEDLESS = frozenset(("ignore_cached", "no_conditional_request", "encoding", "is_markdown", "markdown_padded_tables",
                       "monospace", "index_number", "guid", "job_id", "treat_new_as_changed", "http_client",
                       "ignore_default_headers", "colored_diffs", "original_filename"))
"""What guidetrack does by itself or has no use for; nothing is lost without them."""
_WHY = {
    "ssl_no_verify": "guidetrack always checks certificates.",
    "ignore_https_errors": "guidetrack always checks certificates.",
    "ssl_ciphers": "guidetrack takes the ciphers of this machine.",
    "http_proxy": "guidetrack takes proxies only from the environment.",
    "https_proxy": "guidetrack takes proxies only from the environment.",
    "proxy": "guidetrack takes proxies only from the environment.",
    "http_credentials": "guidetrack signs in nowhere, and no secret is carried over.",
    "timeout": "is one for all sources; set [fetch] timeout.",
    "max_tries": "a source that cannot be checked is late, and overdue after its grace; set grace.",
    "diff_tool": "it runs a command, and guidetrack runs none.",
    "differ": "guidetrack has one way to compare.",
    "diff_filter": "guidetrack reports every change, with a level; set min_level.",
    "diff_filters": "guidetrack reports every change, with a level; set min_level.",
    "additions_only": "guidetrack reports what was taken away too.",
    "deletions_only": "guidetrack reports what was added too.",
    "compared_versions": "guidetrack compares with the last text, and names a text that comes back.",
    "no_redirects": "guidetrack follows redirects, and says when a page moved.",
    "ignore_connection_errors": "a source that cannot be checked is late, never silent.",
    "ignore_timeout_errors": "a source that cannot be checked is late, never silent.",
    "ignore_too_many_redirects": "a source that cannot be checked is late, never silent.",
    "ignore_http_error_codes": "a source that cannot be checked is late, never silent.",
    "ignore_dh_key_too_small": "guidetrack always checks the connection.",
    "retries": "guidetrack asks again at the next check.",
}
_BROWSER = frozenset(("wait_until", "wait_for", "wait_for_navigation", "wait_for_url", "wait_for_function",
                      "wait_for_selector", "wait_for_timeout", "block_elements", "chromium_revision", "switches",
                      "user_data_dir", "evaluate", "initialization_url", "initialization_js", "init_script", "referer",
                      "_delay"))


def jobs(text: str, name: str) -> Iterator[Job]:
    """Every job of a list. :raises SourcesError: see :func:`.yamls.documents`."""
    number = 0
    for line, value in documents(text, name):
        for one in value if isinstance(value, list) else [value]:
            number += 1
            if number <= MAX_JOBS + 1:
                yield job(one, f"job {number} (line {line})")


def job(value: object, where: str) -> Job:
    """One document as a job."""
    draft = Draft(where)
    if not isinstance(value, Mapping):
        draft.refuse(f"it has the tag {value.tag}, which is not followed" if isinstance(value, Tagged)
                     else NO_JOB)
        return draft.done()
    _what(draft, value)
    if not draft.refused:
        _how(draft, value)
    return draft.done()


def _what(draft: Draft, said: Mapping[Any, Any]) -> None:
    """Name and address, or why it is not taken."""
    draft.title(said.get("name"))
    kind = said.get("kind")
    if said.get("command") is not None or kind in ("shell", "command"):
        draft.refuse("it runs a shell command; guidetrack runs none and watches web pages only")
        return
    if kind not in (None, "url", "browser") and not (said.get("url") or said.get("navigate")):
        draft.refuse(f"jobs of the kind {key_name(kind)} are made by code of your own, which guidetrack does not run")
        return
    address = said.get("url") if said.get("url") is not None else said.get("navigate")
    if isinstance(address, Tagged):
        draft.refuse(f"its address has the tag {address.tag}, which is not followed")
        return
    if address is None and any(key in said for key in ("display", "report", "job_defaults", "database")):
        draft.refuse(SETTINGS)
        return
    draft.address(address)
    method = str(said.get("method") or "GET").upper()
    if method != "GET":
        draft.refuse(NO_GET.format(method=key_name(method)))
    elif said.get("data") is not None or said.get("data_as_json"):
        draft.refuse(NO_GET.format(method="POST"))


def _how(draft: Draft, said: Mapping[Any, Any]) -> None:
    """All other keys."""
    if "navigate" in said or said.get("use_browser") or said.get("kind") == "browser":
        draft.values["render"] = True
    if said.get("enabled") is False:
        draft.values["enabled"] = False
    _tags(draft, said.get("tags"))
    _params(draft, said.get("params"))
    draft.note(one_line(said.get("note")))
    _for_people(draft, said.get("user_visible_url") or said.get("url_for_human"))
    for chain in ("filter", "filters"):
        filters.apply(draft, said.get(chain))
    headers(draft, said.get("headers"))
    if said.get("cookies"):
        draft.lose("Cookies: guidetrack signs in nowhere, and no secret is carried over.")
    for key, value in said.items():
        _rest(draft, key, value)


def _for_people(draft: Draft, value: object) -> None:
    """The address that the other tracker shows in place of the one it asks."""
    if not isinstance(value, str):
        return
    try:
        draft.note(f"For people: {checks.url(value.strip())}")
    except checks.Wrong as wrong:
        draft.lose(f"Address for people: {wrong.what}.")


def _tags(draft: Draft, value: object) -> None:
    words = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    draft.add("topics", *(one_line(word) for word in words))


def _params(draft: Draft, value: object) -> None:
    """Parameters that the other tracker adds to the address."""
    if not value:
        return
    query = value if isinstance(value, str) else ""
    if isinstance(value, Mapping) and all(isinstance(part, (str, int, float)) for part in value.values()):
        query = urlencode({str(key): part for key, part in value.items()})
    if not query:
        draft.refuse("the parameters of its address cannot be read")
        return
    parts = urlsplit(draft.values["url"])
    draft.values["url"] = urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, query)))))


def _rest(draft: Draft, key: object, value: object) -> None:
    """Keys that have no counterpart."""
    name = key_name(key)
    if key in _KNOWN or key in _NEEDLESS or value in (None, False, "", 0) or value == [] or value == {}:
        return
    if isinstance(value, Tagged):
        draft.lose(f"{name}: has the tag {value.tag}, which is not followed.")
    elif name in _WHY:
        draft.lose(f"{name}: {_WHY[name]}")
    elif name in _BROWSER:
        draft.lose(f"{name}: guidetrack renders a page and takes no further steps in the browser.")
    else:
        draft.lose(f"{name}: has no counterpart.")
