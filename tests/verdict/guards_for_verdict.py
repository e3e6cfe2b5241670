"""Pages that are the page, although they hold words or parts that walls and errors hold too."""

from __future__ import annotations

from dataclasses import dataclass

from pages_for_verdict import (
    DOCUMENTS,
    ENGLISH,
    FRENCH,
    GERMAN,
    SHORT,
    SPANISH,
    TEMPLATES,
    Document,
    agency,
    bare,
    blog,
    tables,
)


@dataclass(frozen=True)
class Guard:
    """A page that must be believed; ``before`` is what stood there earlier, None where only a first check is meant."""

    name: str
    body: bytes
    before: bytes | None
    language: str = "en"
    media: str = "text/html; charset=utf-8"
    first: bool = True


def _with(document: Document, *extra: str, drop: int = 0) -> Document:
    paragraphs = document.paragraphs[:len(document.paragraphs) - drop] if drop else document.paragraphs
    return Document(document.language, document.title, (*paragraphs, *extra))


def _page(document: Document, **parts: str) -> bytes:
    return agency(document.title, document.main, document.language, **parts)


PLAIN = _page(ENGLISH)

# an addition to the real page, in the language of walls: name, words, where
_MENTIONS = (
    ("captcha-form", "Contact form: to protect this site from spam please complete the CAPTCHA and verify you are human before sending."),
    ("access-denied", "Pharmacies that see the message “Access denied” in the ordering portal should call the help desk."),
    ("maintenance-window", "The REMS portal will be unavailable on Saturday from 02:00 to 06:00 for scheduled maintenance."),
    ("maintenance-now", "Our telephone line is currently undergoing maintenance. Please use the e-mail address instead."),
    ("login", "Enrolled prescribers must log in to the portal with user name and password. Forgot your password? Call us."),
    ("cookies", "We use cookies on this website. Accept all. Reject all. Manage preferences."),
    ("not-found", "If a linked page cannot be found, please report the broken link."),
    ("error", "An error occurred in the printed edition: the dose in table 2 should read 56 mg."),
    ("script", "Some functions of this site require JavaScript. Please enable JavaScript."),
    ("region", "The 84 mg kit is not available in your country if it has not been authorised there."),
    ("moved", "Our website has moved to a new design. Please update your bookmarks."),
    ("session", "The training ends after 30 minutes without activity: your session has expired is then shown."),
    ("age", "You must be 18 years or older to take part in the registry."),
    ("hcp", "This information is intended for healthcare professionals. Are you a healthcare professional? See the full label."),
    ("rate", "Clinics that send too many requests for prior authorisation will be asked to bundle them."),
    ("domain", "Beware of a site that says this domain is for sale: it is not ours."),
)
MENTIONS = tuple(Guard(f"mention-{name}", _page(_with(ENGLISH, words)), PLAIN) for name, words in _MENTIONS)

_PARTS = (
    ("recaptcha-widget", {"after": '<form id="contact"><textarea></textarea><div class="g-recaptcha" data-sitekey="6Lc"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>'}),
    ("turnstile-widget", {"after": '<form><div class="cf-turnstile"></div></form><script src="https://challenges.cloudflare.com/turnstile/v0/api.js"></script>'}),
    ("hcaptcha-widget", {"after": '<form><div class="h-captcha"></div></form><script src="https://js.hcaptcha.com/1/api.js"></script>'}),
    ("cloudflare-jsd", {"after": "<script>(function(){var a=document.createElement('script');a.innerHTML=\"window.__CF$cv$params={r:'8f'};\";a.src='/cdn-cgi/challenge-platform/scripts/jsd/main.js';})();</script>"}),
    ("datadome-tag", {"head": "<script>window.ddjskey='ABC';window.ddoptions={};</script><script src=https://js.datadome.co/tags.js></script>"}),
    ("perimeterx-tag", {"head": "<script>window._pxAppId='PXabc';</script><script src=https://client.perimeterx.net/PXabc/main.min.js></script>"}),
    ("incapsula-tag", {"after": '<script src="/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e6fffd425f7e032f3&ns=1&cb=1"></script>'}),
    ("akamai-pixel", {"after": '<noscript><img src="https://www.agency.example/akam/13/pixel_4e?a=1" style="visibility: hidden"/></noscript><script src="/akam/13/4e"></script>'}),
    ("aws-waf-tag", {"head": "<script src=https://ab.token.awswaf.com/ab/challenge.js defer></script>"}),
    ("header-login", {"before": '<div class="top"><form action="/login"><input name="u" placeholder="Username"><input type="password" name="p"><button>Log in</button></form><a href="/forgot">Forgot your password?</a></div>'}),
    ("login-modal", {"after": '<div class="modal" style="display:none"><h2>Sign in</h2><form><input type="password"><a href="#">Forgot password?</a></form></div>'}),
    ("session-modal", {"after": '<div class="modal" hidden><h2>Your session has expired</h2><p>You have been logged out due to inactivity. Please log in again.</p></div>'}),
    ("cookie-overlay", {"before": '<div id="onetrust-banner-sdk" role="dialog" class="otFlat"><h2>We value your privacy</h2><p>We and our partners store and access information on a device. By clicking Accept all you agree to the storing of cookies.</p><button>Accept all</button><button>Reject all</button></div>'}),
    ("cookie-overlay-h1", {"before": '<div class="cookie-consent"><h1>Your privacy</h1><p>This site uses cookies. You can change your consent at any time.</p><button>Accept</button></div>'}),
    ("noscript", {"before": "<noscript><div>JavaScript is disabled in your browser. Please enable JavaScript to use all functions of this site.</div></noscript>"}),
    ("maintenance-banner", {"before": '<div class="alert">Our website will undergo scheduled maintenance on Sunday. Parts of it may be temporarily unavailable. We apologise for the inconvenience.</div>'}),
    ("outage-banner", {"before": '<div class="alert">We are experiencing technical difficulties with the search. Thank you for your patience.</div>'}),
    ("shutdown-banner", {"before": '<div class="alert">Due to the lapse in appropriations this website will not be updated. Transactions submitted via the website might not be processed.</div>'}),
    ("browser-banner", {"before": '<p class="browserupgrade">You are using an outdated browser. Please upgrade your browser to improve your experience.</p>'}),
    ("hcp-overlay", {"after": '<div class="modal"><h2>Are you a healthcare professional?</h2><button>Yes, I am a healthcare professional</button><button>No</button></div>'}),
    ("region-overlay", {"before": '<div class="region"><p>Please select your country</p><button>United States</button><button>Canada</button></div>'}),
    ("error-template", {"after": '<script type="text/template"><h1>Page not found</h1><p>An unexpected error has occurred.</p></script><template><h1>Access denied</h1></template>'}),
    ("search-empty", {"after": '<div class="results" hidden>Sorry, nothing found. No results found for your search.</div>'}),
    ("svg-title", {"before": "<svg><title>Error</title><path d=''/></svg>"}),
    ("refresh-hour", {"head": '<meta http-equiv="refresh" content="3600">'}),
    ("iframe-gtm", {"before": '<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-1" height=0 width=0></iframe></noscript>'}),
    ("app-root", {"after": '<div id="root"></div><script src="/widget.js"></script>'}),
    ("leaving-modal", {"after": '<div class="modal" hidden><h2>You are now leaving this site</h2><p>You will be redirected to another website.</p></div>'}),
    ("noindex", {"head": '<meta name="robots" content="noindex,nofollow">'}),
)
PARTS = (*(Guard(f"part-{name}", _page(ENGLISH, **parts), PLAIN) for name, parts in _PARTS),
         *(Guard(f"short-part-{name}", agency(SHORT.title, SHORT.main, **parts), agency(SHORT.title, SHORT.main)) for name, parts in _PARTS))

_FAQ = Document("en", "Frequently asked questions about the prescriber portal", (
    "Why do I see “Access denied” when I open the enrolment form? Your account has not been activated yet; activation takes two working days.",
    "What does “Your session has expired” mean? For your protection the portal signs you out after twenty minutes without activity.",
    "Why am I asked to verify that I am human? The portal uses a CAPTCHA to keep automated programs from submitting enrolment forms.",
    "The page shows “503 Service Unavailable”. What should I do? Try again after some minutes; the portal is updated on most Sundays at night.",
    "I forgot my password. Use the link on the sign-in page and you receive a message with which you can choose a new one.",
))
_BOTS = Document("en", "How websites keep robots out", (
    "Many public websites now stand behind services that check each visitor before the page is shown, and researchers meet them daily.",
    "A typical challenge page says “Just a moment” or “Checking your browser”, asks the visitor to verify that they are human, and sets a cookie.",
    "Other services answer with “Access denied” and a reference number, or with “The requested URL was rejected. Please consult with your administrator.”",
    "For archives of public records this is a serious problem, because a captcha page that is saved in place of a rule looks like a changed rule.",
    "We describe five such services, how often their pages were met in 2026, and what librarians can do to keep their collections trustworthy.",
    "None of the remedies is technical alone: agencies should publish their rules in a form that automated readers are welcome to fetch.",
))
_WINDOWS = Document("en", "Planned maintenance of the REMS portal in 2027", (
    "The REMS portal is maintained four times a year. During maintenance no enrolment and no dispensing authorisation is possible.",
    "The dates are 16 January, 17 April, 17 July and 16 October 2027, each from 02:00 to 06:00 Eastern time.",
    "Pharmacies should print pending authorisations beforehand. Patients who are due on these mornings can be enrolled by fax.",
))
_WINDOWS_SHORT = Document("en", "Scheduled maintenance: REMS portal", (
    "The portal will be unavailable on Saturday 16 January 2027 from 02:00 to 06:00. Enrolment forms can be sent by fax meanwhile. "
    "Dispensing without authorisation is not allowed during that time.",
))
_SECURITY = Document("en", "Guidance on access control for electronic prescribing", (
    "Applications must deny access after five failed attempts to log in and must require two-factor authentication for controlled substances.",
    "When access is denied the application shows the reason and a reference number that the help desk can look up.",
    "Sessions end after fifteen minutes without activity; the prescriber must then sign in again with both factors.",
    "Rate limits protect the service: an application that sends too many requests is answered with status 429 for one minute.",
    "Every change to access rights is logged with the name of the person who made it and kept for two years.",
))
_API = Document("en", "Label search: interface for programs", (
    "Requests are answered with status 200 and a list of labels, or with an error object such as {\"error\": {\"code\": \"NOT_FOUND\"}}.",
    "A request without a key is limited to 240 requests per minute; beyond that the answer is 429 Too Many Requests.",
    "Status 403 Forbidden means that the key was revoked, 500 Internal Server Error that something went wrong on our side.",
    "During maintenance the service answers 503 Service Unavailable with a Retry-After header; please try again later.",
    "A label that was withdrawn answers 404 Not Found, and its last version stays available in the archive section.",
))
_WEB_POLICY = Document("en", "Website policy: moved and removed pages", (
    "When a page has been removed or moved we show a “Page not found” notice that names the new address where there is one.",
    "Documents that are no longer valid are kept in the archive for ten years and marked as withdrawn at the top of each page.",
    "If you cannot find a page that you have bookmarked, write to the editors and tell us the address that you tried.",
))
_CONSENT = Document("en", "Informed consent for esketamine treatment", (
    "Before treatment starts the patient must consent in writing. Before you continue to the first dose, explain sedation and dissociation.",
    "Consent can be withdrawn at any time. The form names the risks and states that the patient must be 18 years or older.",
    "Please confirm that the patient has understood that driving is not allowed until the next day.",
))
_PRIVACY = Document("en", "Cookie policy", (
    "We use cookies and similar technologies to run this website. This page explains which cookies we use and how you can refuse them.",
    "Necessary cookies keep your session. Statistics cookies count visits and are set only if you choose to accept all cookies.",
    "You can withdraw your consent at any time through the settings at the foot of each page. We and our partners do not sell data.",
    "Cookies of third parties are set when you play a video. Their policies apply and are linked below the player.",
))
ABOUT = tuple(Guard(f"about-{document.title.lower()[:30]}-{template.__name__}", template(document.title, document.main), None)
              for document in (_FAQ, _BOTS, _WINDOWS, _WINDOWS_SHORT, _SECURITY, _API, _WEB_POLICY, _CONSENT, _PRIVACY) for template in TEMPLATES)

_SHORTS = (
    ("ketamine", "Ketamine", "Ketamine is a controlled substance in schedule III. Prescribers need a registration for each state in which they practise."),
    ("notice", "Notice", "The board adopted rule 21 on ketamine infusion on 3 November 2026. It takes effect on 1 January 2027."),
    ("table", "Doses", "<table><tr><th>Day</th><th>Dose</th></tr><tr><td>1</td><td>56 mg</td></tr><tr><td>4</td><td>84 mg</td></tr></table>"),
    ("list", "Documents", "<ul><li><a href=a.pdf>Assessment report</a></li><li><a href=b.pdf>Product information</a></li></ul>"),
    ("contact", "Contact", "Questions about this form? This form is protected by reCAPTCHA. Write to the office of drug safety."),
    ("portal", "Enrolment", "Please log in to the REMS portal to enrol. Paper forms are no longer accepted after 1 March 2027."),
    ("phone", "Recall", "Lot 4711 of the nasal spray is recalled. Return the devices to the wholesaler; do not dispense them."),
    ("access", "Access to esketamine", "Access to esketamine is restricted to certified sites. Access is denied to clinics without a pulse oximeter."),
    ("unavailable", "Shortage", "Esketamine 28 mg is temporarily unavailable. The manufacturer expects deliveries to resume in March 2027."),
    ("blocked", "Imports", "Shipments of unapproved ketamine nasal spray have been blocked by customs under import alert 66-41."),
    ("german", "Hinweis", "Esketamin 28 mg ist vorübergehend nicht verfügbar. Die Lieferung wird im März 2027 wieder aufgenommen."),
    ("french", "Rupture de stock", "L'eskétamine 28 mg est temporairement indisponible. Le laboratoire prévoit une remise à disposition en mars 2027."),
    ("spanish", "Desabastecimiento", "La esketamina 28 mg no está disponible temporalmente. El laboratorio prevé reanudar el suministro en marzo de 2027."),
    ("under-review", "Ketamine position statement", "The society is updating its position statement. A new version is expected in spring 2027."),
    ("none", "Open consultations", "There are currently no open consultations on ketamine or esketamine."),
)
SHORTS = tuple(Guard(f"short-{name}-{template.__name__}", template(title, f"<h1>{title}</h1><p>{text}</p>"), None)
               for name, title, text in _SHORTS for template in TEMPLATES)

_NOTICES = (
    ("withdrawn", "en", "This guidance has been withdrawn. It is no longer current and is kept for reference only."),
    ("replaced", "en", "This guideline was replaced by NG222 in June 2026. Please refer to the new guideline."),
    ("superseded", "en", "This document has been superseded by the statement of 1 November 2026."),
    ("archived", "en", "This publication has been archived and is no longer maintained."),
    ("rescinded", "en", "The alert of 16 February 2022 has been rescinded."),
    ("retired", "en", "This coverage policy is retired as of 1 January 2027. There is no replacement."),
    ("removed-why", "en", "We have withdrawn this guidance because the evidence on which it was based has changed. The page has moved to the archive."),
    ("de", "de", "Diese Leitlinie wurde zurückgezogen. Sie ist nicht mehr gültig und wird derzeit überarbeitet."),
    ("de-ersetzt", "de", "Dieses Dokument wurde durch die Fassung vom 1. November 2026 ersetzt und ist außer Kraft."),
    ("fr", "fr", "Cette recommandation a été retirée. Elle n'est plus en vigueur."),
    ("fr-abroge", "fr", "Cet arrêté est abrogé à compter du 1er janvier 2027."),
    ("es", "es", "Esta guía ha sido retirada. Ya no está vigente."),
    ("es-sustituida", "es", "Esta recomendación ha sido sustituida por la versión de noviembre de 2026."),
)
_BY = {"en": ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
NOTICES = tuple(Guard(f"notice-{name}-{template.__name__}", template(_BY[language].title, f"<h1>{_BY[language].title}</h1><p>{text}</p>", language),
                      template(_BY[language].title, _BY[language].main, language), language)
                for name, language, text in _NOTICES for template in TEMPLATES)

_REWRITE = Document("en", "Supervised nasal treatment of resistant depression: what clinics do", (
    "Clinics certified under the scheme hand out the device only inside their own rooms and keep a register of every single use.",
    "Staff stay with each person for two hours or longer, watching alertness, perception and circulation by an agreed checklist.",
    "Readings are taken on arrival, again after forty minutes, and once more when the person feels ready to go home.",
    "High values on arrival call for a talk about postponing, since a brief surge is expected in most people who are treated.",
    "Drowsiness and a feeling of unreality peak early; finger sensors should be within reach at all times until they fade.",
    "Driving waits until the following morning. A companion or a taxi is arranged before the first appointment is booked.",
    "Known vessel malformations or an earlier bleed in the brain rule the treatment out altogether, without exception.",
    "Harm that may be linked to the spray is notified within a day, and so is any sign that a device went astray.",
))
CHANGES = (
    *(Guard(f"halved-{document.language}", agency(document.title, _with(document, drop=len(document.paragraphs) // 2).main, document.language), _page(document), document.language) for document in DOCUMENTS),
    *(Guard(f"edited-{template.__name__}", template(ENGLISH.title, ENGLISH.main.replace("two hours", "one hour")), template(ENGLISH.title, ENGLISH.main)) for template in TEMPLATES),
    Guard("rewritten", _page(_REWRITE), PLAIN),
    Guard("rewritten-new-template", blog(_REWRITE.title, _REWRITE.main), PLAIN),
    Guard("new-template", tables(ENGLISH.title, ENGLISH.main), PLAIN),
    Guard("doubled", agency(ENGLISH.title, ENGLISH.main + _REWRITE.main), PLAIN),
    Guard("short-edited", bare(SHORT.title, SHORT.main.replace("2017", "2026")), bare(SHORT.title, SHORT.main)),
    Guard("short-grew", bare(SHORT.title, SHORT.main + "<p>A registration is required.</p>"), bare(SHORT.title, SHORT.main)),
    Guard("short-halved", bare(SHORT.title, "<h1>Ketamine for depression</h1><p>Ketamine is not approved for depression. Monitor every patient for two hours.</p>"), bare(SHORT.title, SHORT.main)),
    Guard("translated", _page(GERMAN), PLAIN),
    Guard("intro-only-removed", agency(ENGLISH.title, "<h1>New title of the same guidance</h1>" + ENGLISH.main.split("</h1>", 1)[1]), PLAIN),
    Guard("json-list", b'{"meta":{"results":{"total":1}},"results":[{"id":"1","title":"Label of esketamine","error_rate":"0.1","message":"Text of the warning on sedation"}]}', None, media="application/json"),
    Guard("json-error-null", b'{"error":null,"data":{"title":"Ketamine guidance","body":"Monitor blood pressure for two hours after each dose of the spray."}}', None, media="application/json"),
    Guard("feed-empty", b'<?xml version="1.0"?><rss version="2.0"><channel><title>Alerts</title><link>https://agency.example/</link><description>Alerts on medicines</description></channel></rss>', None, media="application/rss+xml"),
    Guard("text-rule", b"Rule 21. Ketamine infusion.\n\nA physician shall monitor the patient for two hours after each infusion.\n", None, media="text/plain"),
)

GUARDS: tuple[Guard, ...] = (*MENTIONS, *PARTS, *ABOUT, *SHORTS, *NOTICES, *CHANGES)
