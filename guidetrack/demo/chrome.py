"""What surrounds the demo's documents: menus, banners, sidebars, footers, as publishers have them.

Everything here is invented for the demo. Each site wraps its documents in its own furniture, some of which rotates
with every request, as on real pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Style:
    """One publisher's furniture. ``menu`` maps a heading to its links; ``tips`` rotate with every request."""

    name: str
    tagline: str
    menu: tuple[tuple[str, tuple[str, ...]], ...]
    related: tuple[str, ...]
    tips: tuple[str, ...]
    contact: str
    language: str = "en"


REGULATOR = Style(
    name="Federal Medicines Office",
    tagline="Protecting health by watching over medicines",
    menu=(
        (
            "Medicines",
            (
                "Approvals and databases",
                "Safety and availability",
                "Compounding",
                "Labelling resources",
                "Guidance and regulation",
                "Emergency preparedness",
                "Development and approval process",
            ),
        ),
        ("Devices", ("Recalls", "Databases", "Digital health", "Patient engagement", "Products and procedures")),
        ("Science", ("Advisory committees", "Research areas", "Fellowships", "Publications", "Conferences")),
        ("About us", ("Organisation", "Contact points", "Careers", "Transparency", "Reports and budgets", "History")),
    ),
    related=("Medication guides", "Reporting side effects", "How labels are revised", "Questions about risk plans"),
    tips=(
        "Subscribe to safety alerts by mail.",
        "New: the label archive now goes back to 1995.",
        "Public meeting on nasal products: register until Friday.",
        "Find an advisory committee near you.",
    ),
    contact="Information desk, weekdays 8:00 to 18:00",
)
AGENCY = Style(
    name="Telehealth Policy Register",
    tagline="Rules for care at a distance",
    menu=(
        ("Rules", ("Current rules", "Proposed rules", "Comment periods", "Archive", "How rules are made")),
        ("For prescribers", ("Registration", "Record keeping", "Frequently asked questions", "Training modules")),
        ("For patients", ("Your rights", "Finding care", "Complaints", "Glossary")),
    ),
    related=("Register of platforms", "Prescription monitoring programmes", "Earlier extensions"),
    tips=(
        "Did you know? Most questions are answered on the FAQ page.",
        "Survey: help us improve this website.",
        "Office closed on public holidays.",
    ),
    contact="Policy mailbox",
)
HTA = Style(
    name="Institute for Treatment Value",
    tagline="Independent advice on what works",
    menu=(
        ("Guidance", ("Published", "In consultation", "In development", "Topic prioritisation", "Withdrawn")),
        ("Standards", ("Quality standards", "Indicators", "Implementation tools", "Shared learning")),
        ("About", ("What we do", "Board", "Committees", "Get involved", "Life sciences")),
    ),
    related=("Depression in adults", "Patient access schemes", "Methods manual"),
    tips=(
        "Sign up for the monthly newsletter.",
        "Committee meetings are open to the public.",
        "Our methods manual has a new home.",
    ),
    contact="Enquiries team",
)
BOARD = Style(
    name="State Board of Medicine",
    tagline="Licensing and standards since 1907",
    menu=(
        ("Licensees", ("Renew a licence", "Continuing education", "Change of address", "Fees", "Forms")),
        ("Rules", ("Adopted rules", "Proposed rules", "Statutes", "Board opinions", "Disciplinary actions")),
        ("Public", ("Look up a licence", "File a complaint", "Board meetings", "Open records")),
    ),
    related=("Office-based anaesthesia", "Delegation and supervision", "Board calendar"),
    tips=(
        "Next board meeting: agenda now posted.",
        "Renewals open sixty days before expiry.",
        "Beware of callers who claim to be board investigators.",
    ),
    contact="Board office, second floor",
)
PAYER = Style(
    name="Prairie Mutual Health Plan",
    tagline="Coverage you can read",
    menu=(
        ("Providers", ("Medical policies", "Prior authorisation", "Claims and payment", "Fee schedules", "News")),
        ("Members", ("Find a doctor", "My benefits", "Pharmacy", "Wellness rewards", "Appeals")),
        ("Employers", ("Plans", "Enrolment", "Reports", "Contact a representative")),
    ),
    related=("Policy update archive", "Coding changes this quarter", "Prior authorisation forms"),
    tips=(
        "Go paperless in two minutes.",
        "Flu shots at no cost to members.",
        "Download our app.",
        "Nurse line: day and night.",
    ),
    contact="Provider service line",
)


def wrap(style: Style, title: str, document: str, visit: int) -> str:
    """A whole page: the document inside its publisher's furniture, as the ``visit``-th request sees it."""
    menu = "".join(
        f'<li class="menu-item"><a href="/{escape(head.lower())}">{escape(head)}</a><ul>'
        + "".join(f'<li><a href="/{escape(link.lower().replace(" ", "-"))}">{escape(link)}</a></li>' for link in links)
        + "</ul></li>"
        for head, links in style.menu
    )
    related = "".join(
        f'<li><a href="/related/{number}">{escape(text)}</a></li>' for number, text in enumerate(style.related)
    )
    tip = style.tips[visit % len(style.tips)]
    nonce = f"{visit * 2654435761 % 2**32:08x}"
    return f"""<!doctype html>
<html lang="{style.language}"><head><meta charset="utf-8">
<title>{escape(title)} | {escape(style.name)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="csrf-token" content="{nonce}{nonce[::-1]}">
<script nonce="{nonce}">window.dataLayer=[{{"visit":{visit},"session":"{nonce}"}}];</script>
<style>body{{font-family:sans-serif;margin:0}}nav ul{{list-style:none}}main{{max-width:50rem}}</style>
</head><body class="page page-{visit % 7}">
<a class="skip-link" href="#content">Skip to main content</a>
<div id="cookie-banner" class="cookie-banner" role="dialog" aria-label="Cookies"><p>We use cookies to make this site
work and to count visits. You can change your choice at any time.</p><button>Accept all</button>
<button>Only necessary ones</button></div>
<header><div class="brand"><a href="/">{escape(style.name)}</a> <span>{escape(style.tagline)}</span></div>
<form role="search" action="/search"><label for="q">Search this site</label><input id="q" name="q">
<button>Search</button></form>
<nav aria-label="Main menu"><ul>{menu}</ul></nav></header>
<nav class="breadcrumb" aria-label="Breadcrumb"><ol><li><a href="/">Home</a></li>
<li><a href="/documents">Documents</a></li><li>{escape(title)}</li></ol></nav>
<div class="share-bar"><ul><li><a href="#">Share by mail</a></li><li><a href="#">Copy the link</a></li>
<li><a href="#">Print</a></li></ul></div>
<main id="content">
{document}
</main>
<aside class="sidebar" aria-label="Related"><h2>Related pages</h2><ul>{related}</ul>
<div class="promo" data-slot="{visit}"><p>{escape(tip)}</p></div></aside>
<section class="feedback"><h2>Was this page helpful?</h2><button>Yes</button><button>No</button>
<p>{137 + visit * 3} people found this page helpful.</p></section>
<footer><ul><li><a href="/accessibility">Accessibility</a></li><li><a href="/privacy">Privacy</a></li>
<li><a href="/terms">Terms of use</a></li><li><a href="/sitemap">Site map</a></li></ul>
<p>{escape(style.contact)}. Page served by node {visit % 5 + 1}.</p>
<p>&copy; 2026 {escape(style.name)}</p></footer>
<script src="/assets/site.js?v={nonce}"></script>
</body></html>
"""
