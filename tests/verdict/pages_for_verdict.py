"""Pages for judging: documents in four languages, the templates they stand in, and how they are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from guidetrack.errors import ExtractError
from guidetrack.extract import extract
from guidetrack.fetch.verdict import judge_answer, judge_page
from guidetrack.models import Capture, Headers, Redirect, Rules, Text, Verdict

URL = "https://www.agency.example/guidance/esketamine-monitoring"


@dataclass(frozen=True)
class Document:
    """A guidance document: heading and paragraphs."""

    language: str
    title: str
    paragraphs: Sequence[str]

    @property
    def main(self) -> str:
        """As HTML, a sub-heading after each second paragraph."""
        parts = [f"<h1>{self.title}</h1>"]
        for number, paragraph in enumerate(self.paragraphs):
            if number and number % 2 == 0:
                parts.append(f"<h2>{number // 2}. {paragraph.split(' ')[1].capitalize()} {paragraph.split(' ')[2]}</h2>")
            parts.append(f"<p>{paragraph}</p>")
        return "\n".join(parts)


ENGLISH = Document("en", "Esketamine nasal spray: monitoring after administration", (
    "Esketamine nasal spray may only be given in a health care setting that is enrolled in the programme and certified to do so.",
    "Patients must be observed by a health care professional for at least two hours after each administration, until they are safe to leave.",
    "Blood pressure must be measured before dosing, about forty minutes after dosing, and later as clinically warranted by the values found.",
    "If blood pressure before dosing is above 140 mmHg systolic or 90 mmHg diastolic, weigh the risk of a short rise against the benefit.",
    "Sedation and dissociation are most frequent during the first hour; a pulse oximeter should be available throughout the observation period.",
    "Patients should not drive or operate machinery until the next day after a restful sleep, and this must be explained before treatment starts.",
    "Do not give esketamine to people with aneurysmal vascular disease, arteriovenous malformation or a history of intracerebral haemorrhage.",
    "Each administration is recorded with the dose, the time, the blood pressure values and any adverse event that was seen or reported.",
    "Ketamine that is compounded for nasal use has not been reviewed for safety or effectiveness in depression and is outside this guidance.",
    "Report suspected adverse reactions to the national reporting scheme without delay, including those of misuse, abuse or diversion.",
))
GERMAN = Document("de", "Esketamin-Nasenspray: Überwachung nach der Anwendung", (
    "Esketamin darf nur unter Aufsicht von medizinischem Fachpersonal in einer dafür geeigneten Einrichtung angewendet werden.",
    "Nach jeder Anwendung sind die Patientinnen und Patienten mindestens zwei Stunden zu beobachten, bis sie klinisch stabil sind.",
    "Der Blutdruck ist vor der Anwendung, nach etwa vierzig Minuten und danach je nach klinischem Befund erneut zu messen.",
    "Liegt der Blutdruck über 140/90 mmHg, sind Nutzen und Risiko eines vorübergehenden Anstiegs sorgfältig gegeneinander abzuwägen.",
    "Sedierung und Dissoziation treten vor allem in der ersten Stunde auf; die Sauerstoffsättigung soll überwacht werden können.",
    "Am Tag der Behandlung dürfen weder Fahrzeuge geführt noch Maschinen bedient werden, und darüber ist vorher aufzuklären.",
    "Bei Aneurysmen, arteriovenösen Fehlbildungen oder früheren intrazerebralen Blutungen darf Esketamin nicht gegeben werden.",
    "Jede Anwendung wird mit Dosis, Uhrzeit, Blutdruckwerten und unerwünschten Ereignissen vollständig dokumentiert.",
))
FRENCH = Document("fr", "Eskétamine en spray nasal : surveillance après administration", (
    "L'eskétamine ne peut être administrée que sous la surveillance directe d'un professionnel dans un établissement équipé.",
    "Chaque patient reste en observation pendant au moins deux heures après l'administration, jusqu'à un état clinique stable.",
    "La pression artérielle est mesurée avant l'administration, environ quarante minutes après, puis selon l'état du patient.",
    "Au-dessus de 140/90 mmHg, le risque d'une élévation transitoire doit être soigneusement pesé contre le bénéfice attendu.",
    "La sédation et la dissociation surviennent surtout pendant la première heure ; un oxymètre de pouls doit être disponible.",
    "Le patient ne doit ni conduire ni utiliser de machines avant le lendemain, après une nuit de sommeil réparateur.",
    "L'eskétamine est contre-indiquée en cas d'anévrisme, de malformation artérioveineuse ou d'hémorragie cérébrale ancienne.",
    "La dose, l'heure, les valeurs de pression artérielle et tout événement indésirable sont consignés dans le dossier.",
))
SPANISH = Document("es", "Esketamina en pulverizador nasal: vigilancia tras la administración", (
    "La esketamina solo puede administrarse bajo la supervisión directa de un profesional en un centro debidamente equipado.",
    "Cada paciente debe permanecer en observación al menos dos horas tras la administración, hasta alcanzar un estado estable.",
    "La presión arterial se mide antes de la administración, unos cuarenta minutos después y más tarde según la evolución clínica.",
    "Por encima de 140/90 mmHg debe valorarse el riesgo de una elevación pasajera frente al beneficio que se espera obtener.",
    "La sedación y la disociación aparecen sobre todo durante la primera hora; debe haber un pulsioxímetro en la sala.",
    "El paciente no debe conducir ni manejar máquinas hasta el día siguiente, después de un sueño reparador.",
    "La esketamina está contraindicada en caso de aneurisma, malformación arteriovenosa o hemorragia cerebral previa.",
    "Se anotan en la historia la dosis, la hora, los valores de presión arterial y cualquier acontecimiento adverso.",
))
SHORT = Document("en", "Ketamine for depression", (
    "Ketamine is not approved for depression. Clinicians who use it should follow the consensus statement of 2017 and "
    "monitor every patient for at least two hours after each dose.",
))
DOCUMENTS = (ENGLISH, GERMAN, FRENCH, SPANISH)

_MENU = {
    "en": ("Home", "About us", "Medicines", "Guidance", "News", "Contact", "Search"),
    "de": ("Startseite", "Über uns", "Arzneimittel", "Leitlinien", "Aktuelles", "Kontakt", "Suche"),
    "fr": ("Accueil", "Qui sommes-nous", "Médicaments", "Recommandations", "Actualités", "Contact", "Recherche"),
    "es": ("Inicio", "Quiénes somos", "Medicamentos", "Guías", "Noticias", "Contacto", "Buscar"),
}
_FOOT = {
    "en": "© 2026 Agency for Medicines. This website is provided by the agency for the public. Privacy. Accessibility. Terms of use. Cookie policy.",
    "de": "© 2026 Arzneimittelagentur. Dieses Angebot richtet sich an die Öffentlichkeit. Datenschutz. Barrierefreiheit. Impressum.",
    "fr": "© 2026 Agence du médicament. Ce site est édité par l'agence pour le public. Confidentialité. Accessibilité. Mentions légales.",
    "es": "© 2026 Agencia de Medicamentos. Este sitio ofrece información al público. Privacidad. Accesibilidad. Aviso legal.",
}


def agency(title: str, main: str, language: str = "en", *, head: str = "", before: str = "", after: str = "") -> bytes:
    """A page of an agency: header with menu, breadcrumbs, main, aside, footer, scripts."""
    menu = "".join(f'<li><a href="/{number}">{word}</a></li>' for number, word in enumerate(_MENU[language]))
    return f"""<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title} | Agency for Medicines</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/site.css">{head}</head><body>{before}
<header><a href="/" class="logo">Agency for Medicines</a><nav><ul>{menu}</ul></nav>
<form action="/search"><input type="search" name="q"><button>{_MENU[language][6]}</button></form></header>
<main id="content">{main}</main>
<footer><p>{_FOOT[language]}</p><ul>{menu}</ul></footer>{after}<script src="/site.js"></script>
<script>window.dataLayer=window.dataLayer||[];</script></body></html>""".encode()


def blog(title: str, main: str, language: str = "en", *, head: str = "", before: str = "", after: str = "") -> bytes:
    """A page of a blog engine: nested divs, sidebar with recent posts, widgets."""
    return f"""<!doctype html><html lang="{language}-x"><head><title>{title} &#8211; Society for Mood Disorders</title>{head}
<meta name="generator" content="WordPress 6.6"></head><body class="page">{before}<div id="page"><div id="masthead" class="site-header">
<p class="site-title"><a href="/">Society for Mood Disorders</a></p><div class="menu"><ul><li><a href="/members">Members</a></li>
<li><a href="/events">Events</a></li><li><a href="/journal">Journal</a></li></ul></div></div><div id="content"><div class="entry">
{main}</div><div id="secondary" class="widget-area"><h3>Recent posts</h3><ul><li><a href="/a">Annual meeting programme</a></li>
<li><a href="/b">Call for abstracts</a></li></ul></div></div><div id="colophon">Proudly run by volunteers. <a href="/privacy">Privacy</a>
</div></div>{after}</body></html>""".encode()


def bare(title: str, main: str, language: str = "en", *, head: str = "", before: str = "", after: str = "") -> bytes:
    """A page with nothing around it."""
    return f"<html><head><title>{title}</title>{head}</head><body>{before}{main}{after}</body></html>".encode()


def tables(title: str, main: str, language: str = "en", *, head: str = "", before: str = "", after: str = "") -> bytes:
    """A page as made around 2005: layout by tables, upper-case tags, Latin-1."""
    return f"""<HTML><HEAD><TITLE>State Board of Medicine - {title}</TITLE><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=iso-8859-1">
{head}</HEAD><BODY BGCOLOR="#ffffff">{before}<TABLE WIDTH="100%"><TR><TD COLSPAN=2><IMG SRC="/banner.gif" ALT="State Board of Medicine"></TD></TR>
<TR><TD WIDTH=150><A HREF="/licensing">Licensing</A><BR><A HREF="/rules">Rules</A><BR><A HREF="/minutes">Minutes</A><BR></TD><TD>
{main}</TD></TR><TR><TD COLSPAN=2><FONT SIZE=1>State Board of Medicine, 100 Main Street</FONT></TD></TR></TABLE>{after}
</BODY></HTML>""".encode("iso-8859-1", "xmlcharrefreplace")


def columns(title: str, main: str, language: str = "en", *, head: str = "", before: str = "", after: str = "") -> bytes:
    """A page in a grid of nameless blocks, with teasers beside it that say more than a short document."""
    teasers = "".join(f"<li><a href='/t'>{words}</a></li>" for words in ("Recall of batch 4411 of sertraline tablets", "New fees for variations from April", "Annual report on adverse reactions published"))
    return f"""<!doctype html><html lang="{language}"><head><title>{title}</title>{head}</head><body>{before}<nav><a href="/">National Medicines Board</a></nav>
<div class="container"><div class="row"><div class="col-lg-8">{main}</div><div class="col-lg-4"><div class="card"><ul>{teasers}</ul></div></div></div></div>
<footer><ul><li><a href="/c">Cookies</a></li><li><a href="/s">Site map</a></li></ul></footer>{after}</body></html>""".encode()


def intranet(title: str, main: str, language: str = "en", *, head: str = "", before: str = "", after: str = "") -> bytes:
    """A page of an office suite: one form around everything, the title in a span, no landmarks."""
    body = main.replace(f"<h1>{title}</h1>", "", 1)
    return f"""<!DOCTYPE html><html lang="{language}"><head><title>{title}</title>{head}</head><body>{before}<form method="post" id="aspnetForm">
<input type="hidden" name="__VIEWSTATE" value="/wEP"><div id="nav"><ul><li><a href="/a">Inspections</a></li><li><a href="/b">Licensing</a></li></ul></div>
<div id="box"><span id="title">{title}</span><div id="PlaceHolderMain"><div class="field">{body}</div></div></div><div id="footer"><ul><li><a href="/c">Cookies</a></li></ul></div>
</form>{after}</body></html>""".encode()


Template = Callable[..., bytes]
TEMPLATES: tuple[Template, ...] = (agency, blog, bare, tables)
MORE_TEMPLATES: tuple[Template, ...] = (*TEMPLATES, columns, intranet)


HTML: Headers = (("Content-Type", "text/html; charset=utf-8"),)


def capture(body: bytes, *, status: int = 200, headers: Headers = HTML, asked: str = URL, reached: str = "",
            hops: Sequence[tuple[int, str]] = ()) -> Capture:
    """A capture of ``body``; ``hops`` are statuses and targets of redirects, the last one the address reached."""
    redirects, at = [], asked
    for code, target in hops:
        redirects.append(Redirect(at, code, target))
        at = target
    return Capture("2026-11-23T060000Z-00000000", "agency", asked, reached or at, status, headers, body,
                   datetime(2026, 11, 23, 6, tzinfo=UTC), redirects=tuple(redirects))


def read(page: Capture, rules: Rules = Rules()) -> tuple[Text | None, ExtractError | None]:
    """The text, or why there is none."""
    try:
        return extract(page.body, page.media_type, page.reached, rules), None
    except ExtractError as error:
        return None, error


@cache
def text_of(body: bytes, media: str = "text/html; charset=utf-8") -> Text:
    """The text of a good page."""
    text, problem = read(capture(body, headers=(("Content-Type", media),)))
    assert text is not None, problem
    return text


def judge(page: Capture, previous: Text | None = None, rules: Rules = Rules(), *, conditional: bool = False) -> Verdict | None:
    """Both questions in turn, as a run asks them."""
    verdict = judge_answer(page, conditional=conditional, rules=rules)
    if verdict is not None:
        return verdict
    text, problem = read(page, rules)
    return judge_page(page, text, previous, problem, rules=rules)
