"""What a site may answer instead of the page: over a hundred ways, and ways that only look like it.

Written apart from the verdict and its tables, as an adversary would: each body is one a site really might send.
"""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.support.site import Answer, Handler

HTML = {"Content-Type": "text/html; charset=utf-8"}

TITLE = "Monitoring after nasal esketamine"
TEXTS = (
    "Watch every patient for at least two hours after each dose of nasal esketamine.",
    "Take the blood pressure before the dose, forty minutes after it, and as the findings require.",
    "Give the medicine only in a health-care setting that is certified for it.",
    "Keep a pulse oximeter at hand for the whole of the observation.",
    "Tell the patient not to drive before the next day, after a restful sleep.",
    "Record dose, time, blood pressure and every adverse event on the monitoring form.",
    "Do not treat patients with aneurysmal vascular disease or a history of intracerebral haemorrhage.",
    "Review the need for further treatment every four weeks and write the reason down.",
)
EDITED = (TEXTS[0].replace("two hours", "one hour"), *TEXTS[1:])


def template(title: str, main: str, *, head: str = "", before: str = "", after: str = "") -> str:
    """The publisher's own template: every page of the site stands in it, its error pages too."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} - Office of Medicines</title>{head}
<link rel="stylesheet" href="/s.css"></head><body>{before}<header><a href="/">Office of Medicines</a><nav><ul>
<li><a href="/m">Medicines</a></li><li><a href="/s">Safety</a></li><li><a href="/g">Guidance</a></li>
<li><a href="/n">News and events</a></li><li><a href="/c">Contact us</a></li></ul></nav>
<form action="/search"><input name="q"><button>Search</button></form></header>
<main><h1>{title}</h1>{main}</main><aside><h2>See also</h2><ul><li><a href="/1">Approvals</a></li>
<li><a href="/2">Recalls</a></li></ul></aside><footer><p>Office of Medicines, 1 Harbour Street.</p>
<ul><li><a href="/a">Accessibility</a></li><li><a href="/p">Privacy policy</a></li></ul></footer>{after}</body></html>"""


def document(texts: tuple[str, ...] = TEXTS, *, head: str = "", before: str = "", after: str = "", more: str = "") -> str:
    """The page that is watched."""
    body = "".join(f"<p>{text}</p>" for text in texts[:4]) + "<h2>After the session</h2>"
    body += "".join(f"<p>{text}</p>" for text in texts[4:])
    return template(TITLE, body + more, head=head, before=before, after=after)


@dataclass(frozen=True)
class Scenario:
    """What one source answers, and which reasons would be right. ``redirects`` are further paths of the site."""

    name: str
    answer: Handler
    reasons: tuple[str, ...]
    paths: tuple[tuple[str, Handler], ...] = ()
    more: str = ""


def bare(title: str, body: str, head: str = "") -> str:
    """A page outside any template, as a filter in front of the site sends it."""
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>"


WALLS: dict[str, tuple[dict[str, str], str]] = {
    "akamai": ({"Server": "AkamaiGHost"}, bare("Access Denied", """<h1>Access Denied</h1>You don't have permission to access
"http&#58;&#47;&#47;www&#46;example&#46;gov&#47;g" on this server.<p>Reference&#32;&#35;18&#46;4e0f1402&#46;1732
<p>https&#58;&#47;&#47;errors&#46;edgesuite&#46;net&#47;18&#46;4e0f1402</p>""")),
    "cloudflare-challenge": ({"Server": "cloudflare", "cf-mitigated": "challenge", "CF-RAY": "8f-FRA"},
                             bare("Just a moment...", """<div class="main-wrapper"><h1>www.example.gov</h1>
<h2 id="challenge-running">Checking if the site connection is secure</h2><div id="challenge-stage"></div>
<noscript>Enable JavaScript and cookies to continue</noscript></div>
<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>""",
                                  '<meta http-equiv="refresh" content="360">')),
    "cloudflare-1020": ({"Server": "cloudflare", "CF-RAY": "8f-FRA"},
                        bare("Attention Required! | Cloudflare", """<div id="cf-wrapper"><h1>Sorry, you have been blocked</h1>
<h2>You are unable to access example.gov</h2><p>This website is using a security service to protect itself from online attacks.</p>
<p>Cloudflare Ray ID: <strong>8f01</strong></p></div>""")),
    "turnstile": ({"Server": "cloudflare"}, bare("www.example.gov", """<h1>www.example.gov</h1><p>Verify you are human by
completing the action below.</p><div class="cf-turnstile" data-sitekey="0x4"></div>
<p>www.example.gov needs to review the security of your connection before proceeding.</p>""")),
    "imperva": ({"X-Iinfo": "9-1-0 NNNN", "Set-Cookie": "incap_ses_1=x; path=/"},
                bare("", """<iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=9-1&incident_id=123-4"
 frameborder=0 width="100%">Request unsuccessful. Incapsula incident ID: 123-456</iframe>""",
                     '<META NAME="robots" CONTENT="noindex,nofollow"><script src="/_Incapsula_Resource?SWJIYLWA=719"></script>')),
    "perimeterx": ({"Set-Cookie": "_pxhd=abc"}, bare("Access to this page has been denied", """<div id="px-captcha"></div>
<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1><p>Reference ID e1-2</p>
<script>window._pxAppId='PX1';window._pxJsClientSrc='/px/init.js';</script>""")),
    "datadome": ({"X-DataDome": "protected", "Set-Cookie": "datadome=abc"},
                 bare("example.gov", """<p id="cmsg">Please enable JS and disable any ad blocker</p>
<script>var dd={'rt':'c','cid':'A','hsh':'B','t':'bv','host':'geo.captcha-delivery.com'}</script>
<script src="https://ct.captcha-delivery.com/c.js"></script>""")),
    "f5": ({"Set-Cookie": "TS01abc=1"}, bare("Request Rejected", """The requested URL was rejected. Please consult with your
administrator.<br><br>Your support ID is: 1234567890123456789<br><br><a href='javascript:history.back();'>[Go Back]</a>""")),
    "aws-waf": ({"x-amzn-waf-action": "challenge", "Server": "awselb/2.0"},
                bare("", """<div id="challenge-container"></div><script>AwsWafIntegration.saveReferrer();</script>
<noscript><h1>JavaScript is disabled</h1>In order to continue, we need to verify that you're not a robot.
This requires JavaScript.</noscript>""", '<script src="https://x.token.awswaf.com/x/challenge.js"></script>')),
    "cloudfront": ({"Server": "CloudFront", "X-Cache": "Error from cloudfront"},
                   bare("ERROR: The request could not be satisfied", """<H1>403 ERROR</H1><H2>The request could not be satisfied.</H2>
Request blocked. We can't connect to the server for this app or website at this time.<PRE>Generated by cloudfront
(CloudFront) Request ID: abc==</PRE>""")),
    "recaptcha": ({}, bare("One more step", """<h1>Please complete the security check to access this site</h1>
<form method="post"><div class="g-recaptcha" data-sitekey="6L"></div><input type="submit" value="Continue"></form>
<script src="https://www.google.com/recaptcha/api.js"></script>""")),
    "hcaptcha": ({}, bare("Robot check", """<h2>Are you a robot?</h2><p>We have detected unusual traffic from your network.</p>
<div class="h-captcha" data-sitekey="1"></div><script src="https://js.hcaptcha.com/1/api.js"></script>""")),
    "sucuri": ({"Server": "Sucuri/Cloudproxy", "X-Sucuri-ID": "1"},
               bare("Sucuri WebSite Firewall - Access Denied", """<h1>Access Denied - Sucuri Website Firewall</h1>
<p>Block reason: Bad bot access attempt.</p><p>Block ID: BBOT1</p>""")),
    "apology": ({}, bare("Abuse detection", """<h1>We apologize for the inconvenience...</h1><p>...but your activity and behavior on
this site made us think that you are a bot. Note: A number of things could be going on here.</p>""")),
    "federal-unblock": ({}, template("Request Access", """<p>Due to aggressive automated scraping of this site, programmatic access
is limited. If you are human user receiving this message, we can add your IP address to a set of IPs that can access it;
complete the CAPTCHA (bot test) below and click "Request Access".</p><form><div class="g-recaptcha"></div></form>""")),
}


def _walls() -> Iterator[Scenario]:
    for (name, (headers, body)), status in itertools.product(WALLS.items(), (200, 403, 503)):
        yield Scenario(f"wall-{name}-{status}", Answer(status, body, {**HTML, **headers}), ("blocked", "needs-script"))
    for name in ("cloudflare-challenge", "aws-waf", "datadome"):
        headers, body = WALLS[name]
        yield Scenario(f"wall-{name}-202", Answer(202, body, {**HTML, **headers}), ("blocked", "needs-script", "http-error"))
    yield Scenario("wall-429", Answer(429, bare("Too many requests", "<h1>429</h1>Slow down."), HTML), ("blocked", "http-error"))


SOFT_ERRORS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "404-en": ("Page not found", "<p>The page you are looking for may have been moved or deleted. Try the search.</p>",
               ("not-found",)),
    "404-oops": ("Oops! That page can't be found.", "<p>It looks like nothing was found at this location.</p>", ("not-found",)),
    "404-number": ("404", "<p>Sorry, we could not find what you were looking for.</p>", ("not-found",)),
    "404-de": ("Seite nicht gefunden", "<p>Die von Ihnen gesuchte Seite existiert leider nicht (mehr).</p>", ("not-found",)),
    "404-fr": ("Page introuvable", "<p>La page que vous recherchez n'existe pas ou a été déplacée.</p>", ("not-found",)),
    "404-es": ("Página no encontrada", "<p>La página solicitada no existe o ha sido eliminada.</p>", ("not-found",)),
    "maintenance-en": ("Scheduled maintenance", "<p>This site is currently undergoing scheduled maintenance. Please check back "
                       "soon. We apologise for the inconvenience.</p>", ("maintenance",)),
    "maintenance-short": ("We'll be back soon", "<p>We are performing maintenance at the moment.</p>", ("maintenance",)),
    "maintenance-de": ("Wartungsarbeiten", "<p>Unsere Website wird gerade gewartet. Bitte versuchen Sie es später erneut.</p>",
                       ("maintenance",)),
    "error-generic": ("An error occurred", "<p>Something went wrong on our side. Please try again later.</p>",
                      ("http-error", "maintenance")),
    "error-unavailable": ("Service unavailable", "<p>The service is temporarily unavailable. Please try again later.</p>",
                          ("maintenance", "http-error")),
    "session": ("Session expired", "<p>Your session has expired. Please sign in again to continue.</p>", ("login",)),
    "denied": ("Access denied", "<p>You are not authorized to access this page.</p>", ("blocked", "login")),
    "geo": ("Not available in your region", "<p>We're sorry, this content is not available in your country or region.</p>",
            ("blocked",)),
    "login-template": ("Sign in", """<form action="/login" method="post"><label>Email</label><input type="email" name="u">
<label>Password</label><input type="password" name="p"><button>Sign in</button></form>
<p><a href="/forgot">Forgot your password?</a></p>""", ("login",)),
    "members": ("Members only", """<p>This content is restricted to members. Please log in to view this page.</p>
<form method="post"><input name="log"><input type="password" name="pwd"><input type="submit" value="Log In"></form>""",
                ("login",)),
}


def _soft_errors() -> Iterator[Scenario]:
    for name, (title, main, reasons) in SOFT_ERRORS.items():
        yield Scenario(f"soft-{name}", Answer(200, template(title, main), HTML), reasons)


OTHER_PAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "sso": ("text/html", bare("Sign in to your account", """<form action="/common/login"><input type="email" name="loginfmt"
placeholder="Email, phone, or Skype"><input type="password" name="passwd"><button>Next</button></form><p>Can't access your
account?</p>"""), ("login",)),
    "shell-react": ("text/html", bare("Office of Medicines", '<noscript>You need to enable JavaScript to run this app.</noscript>'
                    '<div id="root"></div><script src="/static/js/main.1a2b.js"></script>'), ("needs-script", "empty")),
    "shell-angular": ("text/html", bare("Portal", '<app-root>Loading...</app-root><script src="runtime.js" type="module"></script>'
                      '<script src="polyfills.js"></script><script src="main.js"></script>'), ("needs-script", "empty")),
    "shell-vue": ("text/html", bare("Library", '<div id="app"></div><script type="module" src="/assets/index-9f.js"></script>'),
                  ("needs-script", "empty")),
    "js-redirect": ("text/html", "<html><head><script>window.location.replace('/x?js=1')</script></head><body></body></html>",
                    ("needs-script", "empty", "blocked", "moved")),
    "meta-refresh": ("text/html", '<html><head><meta http-equiv="refresh" content="0;url=/elsewhere"></head><body></body></html>',
                     ("needs-script", "empty", "moved")),
    "consent": ("text/html", bare("Before you continue", """<h1>Before you continue</h1><p>We and our partners use cookies to
deliver and maintain our services. If you choose to accept all, we will also use cookies to personalise content.</p>
<form action="/save"><button>Reject all</button><button>Accept all</button></form><a href="/privacy">Privacy policy</a>"""),
                ("consent",)),
    "hcp-gate": ("text/html", bare("Confirm you are a healthcare professional", """<h1>Are you a healthcare professional?</h1>
<p>The information on this site is intended for healthcare professionals only.</p><button>Yes, I am</button>
<button>No</button>"""), ("consent", "login", "blocked")),
    "mysql": ("text/html", "<b>Warning</b>: mysqli_connect(): (HY000/2002): Connection refused in <b>/var/www/db.php</b> on line "
              "<b>12</b><br>Database connection failed", ("http-error",)),
    "wordpress-db": ("text/html", bare("Database Error", "<h1>Error establishing a database connection</h1>"), ("http-error",)),
    "django": ("text/html", bare("OperationalError at /guidance", "<h1>OperationalError at /guidance</h1><p>could not connect to "
               "server</p><p>You're seeing this error because you have <code>DEBUG = True</code></p>"), ("http-error",)),
    "aspnet": ("text/html", bare("Runtime Error", "<h1>Server Error in '/' Application.</h1><h2><i>Runtime Error</i></h2><p>An "
               "application error occurred on the server.</p>"), ("http-error",)),
    "java": ("text/html", bare("Error report", "<h1>HTTP Status 500</h1><pre>java.lang.NullPointerException\n\tat "
             "org.apache.jsp.index_jsp._jspService(index_jsp.java:71)</pre><h3>Apache Tomcat/9.0</h3>"), ("http-error",)),
    "nginx-default": ("text/html", bare("Welcome to nginx!", "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web "
                      "server is successfully installed and working.</p>"), ("http-error", "moved", "not-found")),
    "apache-default": ("text/html", "<html><body><h1>It works!</h1></body></html>",
                       ("http-error", "moved", "empty", "not-found", "shrunk")),
    "parked": ("text/html", bare("example.gov is for sale", """<h1>This domain is for sale</h1><p>Buy this domain. The domain
example.gov may be for sale by its owner!</p><div>Related searches</div><a href="#">Loans</a><a href="#">Insurance</a>"""),
               ("moved", "http-error", "not-found")),
    "suspended": ("text/html", bare("Account Suspended", "<h1>This Account has been suspended.</h1><p>Contact your hosting provider "
                  "for more information.</p>"), ("http-error", "moved", "maintenance", "blocked", "not-found")),
    "json-error": ("application/json", '{"error": {"code": 500, "message": "Internal error"}}', ("http-error", "unreadable")),
    "json-403": ("application/json", '{"message": "Forbidden"}', ("blocked", "http-error", "unreadable")),
    "s3-denied": ("application/xml", '<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message>'
                  "<RequestId>A1</RequestId></Error>", ("blocked", "http-error", "unreadable")),
    "s3-nokey": ("application/xml", '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>The specified key does not '
                 "exist.</Message></Error>", ("not-found", "http-error", "unreadable")),
    "empty-body-tag": ("text/html", "<html><head><title>Guidance</title></head><body></body></html>", ("empty", "needs-script")),
    "whitespace": ("text/html", "   \n\n\t  ", ("empty",)),
    "chrome-only": ("text/html", template("", "").replace("<h1></h1>", ""), ("empty", "shrunk", "needs-script", "moved")),
    "queue": ("text/html", bare("Waiting room", "<h1>You are now in line</h1><p>Due to high demand you are in a queue. Your "
              "estimated wait time is 4 minutes. This page refreshes by itself.</p>"), ("blocked", "maintenance")),
    "captive": ("text/html", bare("Guest Wi-Fi", "<h1>Welcome to Guest Wi-Fi</h1><p>Accept the terms to connect to the internet."
                "</p><form><input type=checkbox> I accept<button>Connect</button></form>"),
                ("consent", "login", "blocked", "moved")),
}


def _other_pages() -> Iterator[Scenario]:
    for name, (media_type, body, reasons) in OTHER_PAGES.items():
        yield Scenario(f"page-{name}", Answer(200, body, {"Content-Type": media_type}), (*reasons, "shrunk"))


def _statuses() -> Iterator[Scenario]:
    wanted = {400: ("http-error",), 401: ("login",), 403: ("blocked",), 404: ("not-found",), 405: ("http-error", "blocked"),
              407: ("login", "blocked", "http-error"), 410: ("not-found",), 418: ("http-error", "blocked"), 451: ("blocked",),
              500: ("http-error",), 502: ("http-error", "maintenance"), 503: ("maintenance", "http-error"),
              504: ("http-error", "maintenance", "timeout"), 520: ("http-error", "blocked"), 530: ("http-error", "blocked")}
    for status, reasons in wanted.items():
        yield Scenario(f"status-{status}", Answer(status, "<h1>Error</h1>", HTML), reasons)
        yield Scenario(f"status-{status}-own-page", Answer(status, document(), HTML), reasons)
    for status in (204, 205, 206, 304):
        yield Scenario(f"unasked-{status}", Answer(status, "" if status in (204, 205, 304) else document()[:500], HTML),
                       ("empty", "incomplete", "http-error"))
    yield Scenario("empty-200", Answer(200, b"", HTML), ("empty",))


def _transport() -> Iterator[Scenario]:
    body = document().encode()
    packed = gzip.compress(body, mtime=0)
    yield Scenario("cut-length", Answer(200, body, HTML, cut_at=400), ("incomplete",))
    yield Scenario("cut-chunked", Answer(200, body, HTML, chunked=True, cut_at=400), ("incomplete",))
    yield Scenario("cut-gzip", Answer(200, packed[:-20], {**HTML, "Content-Encoding": "gzip"}), ("incomplete",))
    yield Scenario("bad-crc", Answer(200, packed[:-8] + b"\0" * 8, {**HTML, "Content-Encoding": "gzip"}), ("incomplete", "unreadable"))
    yield Scenario("not-gzip", Answer(200, body, {**HTML, "Content-Encoding": "gzip"}), ("incomplete", "unreadable"))
    yield Scenario("brotli", Answer(200, b"\x1b\x00\xf8", {**HTML, "Content-Encoding": "br"}), ("unreadable",))
    yield Scenario("double-gzip", Answer(200, gzip.compress(packed), {**HTML, "Content-Encoding": "gzip, gzip"}), ("unreadable",))
    yield Scenario("reset-before", Answer(reset=True), ("network", "incomplete"))
    yield Scenario("reset-within", Answer(200, body, HTML, cut_at=300, reset=True), ("network", "incomplete"))
    yield Scenario("not-http", Answer(raw=b"SSH-2.0-OpenSSH_9.2\r\n"), ("network", "incomplete", "http-error"))
    yield Scenario("torn-head", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Ty"), ("network", "incomplete"))
    yield Scenario("header-bomb", Answer(200, body, {**HTML, "X-Pad": "a" * 900_000}), ("network", "too-large", "http-error", "incomplete"))
    yield Scenario("hang", Answer(200, body, HTML, delay_s=60), ("timeout",))
    yield Scenario("drip", Answer(200, body, HTML, drip_s=0.5), ("timeout",))
    yield Scenario("drip-head", Answer(200, body, HTML, drip_head_s=0.5), ("timeout",))
    zeros = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([*(zeros.compress(b"\0" * 10**6) for _ in range(64)), zeros.flush()])
    yield Scenario("gzip-bomb", Answer(200, bomb, {**HTML, "Content-Encoding": "gzip"}), ("too-large",))
    yield Scenario("endless", Answer(200, headers=HTML, chunked=True, stream=lambda: itertools.repeat(b"x" * 65536)), ("too-large",))
    yield Scenario("claims-pdf", Answer(200, b"%PDF-1.7\n%%EOF", {"Content-Type": "application/pdf"}), ("unreadable",))


def _to(location: str, status: int = 302) -> Handler:
    return lambda request: Answer(status, headers={"Location": location.replace("{host}", request.headers.get("host", ""))})


def _redirects() -> Iterator[Scenario]:
    home = template("Welcome", "<p>Welcome to the Office of Medicines. Choose a topic above.</p>")
    login = template("Log in", '<form><input name=user><input type=password name=pw><button>Log in</button></form>')
    yield Scenario("to-home", _to("/"), ("moved", "not-found"), (("/", Answer(200, home, HTML)),))
    yield Scenario("to-home-301", _to("/", 301), ("moved", "not-found"), (("/", Answer(200, home, HTML)),))
    yield Scenario("to-login", _to("/login?next=/g"), ("login",), (("/login", Answer(200, login, HTML)),))
    yield Scenario("to-apology", _to("/apology_objects/abuse-detection-apology.html"), ("blocked",),
                   (("/apology_objects/abuse-detection-apology.html", Answer(200, WALLS["apology"][1], HTML)),))
    yield Scenario("to-404-page", _to("/errors/404.html"), ("not-found",),
                   (("/errors/404.html", Answer(200, template("Page not found", "<p>Gone.</p>"), HTML)),))
    yield Scenario("to-maintenance", _to("/maintenance.html"), ("maintenance",),
                   (("/maintenance.html", Answer(200, template("Maintenance", "<p>Back soon.</p>"), HTML)),))
    yield Scenario("loop", _to("/redirect-loop"), ("http-error", "moved"), (("/redirect-loop", _to("/redirect-loop")),))
    yield Scenario("to-file", _to("file:///etc/passwd"), ("refused",))
    yield Scenario("to-ftp", _to("ftp://127.0.0.1/x"), ("refused",))
    yield Scenario("to-metadata", _to("http://169.254.169.254/latest/meta-data"), ("refused",))
    yield Scenario("to-private", _to("http://10.1.2.3/admin"), ("refused",))
    yield Scenario("to-ipv6-mapped", _to("http://[::ffff:10.0.0.1]/"), ("refused",))
    yield Scenario("to-nowhere", Answer(302, "", HTML), ("http-error", "moved", "empty", "incomplete"))
    yield Scenario("to-javascript", _to("javascript:alert(1)"), ("refused", "http-error"))


ADVERSE: tuple[Scenario, ...] = (*_walls(), *_soft_errors(), *_other_pages(), *_statuses(), *_transport(), *_redirects())


@dataclass(frozen=True)
class Guard:
    """A page that only looks like trouble: from ``before`` to ``after`` must be told as a change."""

    name: str
    before: str
    after: str


def _edit(page: Callable[..., str], **kwargs: str) -> tuple[str, str]:
    return page(TEXTS, **kwargs), page(EDITED, **kwargs)


def _short(text: str) -> str:
    return template("Ketamine notice", f"<p>{text}</p>")


HALF = tuple(f"{text} This is point {number}." for number in range(1, 9) for text in TEXTS)

GUARDS: tuple[Guard, ...] = (
    Guard("mentions-captcha", *_edit(document, more="<p>The contact form uses a CAPTCHA to verify you are human.</p>")),
    Guard("recaptcha-in-form", *_edit(document, after='<form><h2>Ask us</h2><textarea></textarea><div class="g-recaptcha" '
                                      'data-sitekey="1"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>')),
    Guard("mentions-denied", *_edit(document, more="<p>Access denied messages are shown to users without a licence.</p>")),
    Guard("maintenance-banner", *_edit(document, before='<div class="alert">Scheduled maintenance: this site will be unavailable on '
                                       'Sunday from 2 to 4.</div>')),
    Guard("login-in-header", *_edit(document, before='<form action="/login"><input name=u><input type=password name=p>'
                                    "<button>Log in</button></form>")),
    Guard("noscript", *_edit(document, before="<noscript>Please enable JavaScript to use all functions of this site.</noscript>")),
    Guard("cookie-banner", *_edit(document, after='<div id="cookie-consent"><p>We use cookies. Accept all or reject.</p>'
                                  "<button>Accept all</button></div>")),
    Guard("cloudflare-scripts", *_edit(document, after='<script src="/cdn-cgi/scripts/email-decode.min.js"></script>'
                                       '<script>window.__CF$cv$params={r:"8f"}</script>')),
    Guard("datadome-script", *_edit(document, head='<script>window.ddjskey="A"</script>'
                                    '<script src="https://js.datadome.co/tags.js" async></script>')),
    Guard("about-404", *_edit(document, more="<h2>Page not found?</h2><p>If you see 404, write to us.</p>")),
    Guard("short-page", _short("Ketamine is not approved for depression."), _short("Ketamine is approved for depression.")),
    Guard("halved", document(HALF), document(HALF[: len(HALF) // 2])),
    Guard("withdrawn", document(), template(TITLE, "<p>This guidance has been withdrawn. It was replaced by policy 12 on "
                                                   "1 March 2026.</p>")),
    Guard("superseded", document(), template(TITLE, "<p>This document is superseded and kept for reference only. See the new "
                                                    "recommendation on observation.</p>")),
    Guard("rewritten", document(), template("Nasal esketamine in the clinic", "".join(
        f"<p>{text}</p>" for text in (
            "Clinics stay with each person until the effects of the spray have worn off, never less than 120 minutes.",
            "A nurse measures blood pressure at the start and at two later points and notes the values.",
            "Only enrolled sites may order, store or hand out the product to those under treatment.",
            "Oxygen saturation is followed by a finger sensor during the session.",
            "Nobody leaves by car as the driver on the day of a session.",
            "The form for each session goes to the registry within seven days.",
            "Past bleeding in the brain or a known aneurysm rules out treatment.",
            "Each month the team asks whether the benefit still justifies the burden.")))),
    Guard("security-article", *_edit(document, more="<p>Our web application firewall may show a request ID and an incident ID "
                                     "when it blocks unusual traffic; quote it to the service desk.</p>")),
    Guard("expired-session-help", *_edit(document, more="<p>Your session has expired? Sign in again from the portal.</p>")),
    Guard("domain-words", *_edit(document, more="<p>Beware of sites that say this domain is for sale.</p>")),
    Guard("json-example", *_edit(document, more='<pre>{"error": {"code": 403, "message": "Forbidden"}}</pre>')),
    Guard("stack-trace-example", *_edit(document, more="<pre>java.lang.NullPointerException at Example.main</pre>")),
)
