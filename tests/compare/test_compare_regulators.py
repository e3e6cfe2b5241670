"""Kinds of edits regulators, payers and societies make, each with the level and words its reader needs.

Written before they were run. A case is ``(heading, before, after, level, words of a reason)``, with a language where it
is not English; lines of a list begin with ``-`` (``#`` in an ordered list), cells of a row stand between bars.
"""

from __future__ import annotations

import pytest

from guidetrack.compare import compare, rebuild_new, rebuild_old
from guidetrack.models import Block, BlockKind, Section, Text
from tests.compare.texts import check_ops, item, row

H, M, L, NONE = "high", "medium", "low", "none"


def page(heading: str, lines: str, language: str = "en") -> Text:
    """A text of one or more sections: ``== heading`` starts another."""
    sections: list[Section] = []
    path: tuple[str, ...] = (heading,)
    made: list[Block] = []
    counted = 0
    for line in [*lines.split("\n"), "== "]:
        if line.startswith("== "):
            sections.append(Section(path, len(path), tuple(made)))
            path, made = (line[3:],), []
        elif line.startswith(("- ", "  - ")):
            made.append(item(line.lstrip("- "), 2 if line.startswith("  ") else 1))
        elif line.startswith("# "):
            counted += 1
            made.append(Block(BlockKind.ITEM, line[2:], 1, str(counted)))
        elif " | " in line:
            made.append(row(*line.split(" | ")))
        else:
            made.append(Block(BlockKind.PARAGRAPH, line))
    return Text(tuple(sections), language=language)


LOUD = [
    # doses and routes
    ("Dosage", "Day 1: start with 56 mg.", "Day 1: start with 28 mg.", H, '"56 mg" → "28 mg"'),
    ("Dosage", "Infuse ketamine at 0.5 mg/kg.", "Infuse ketamine at 0.75 mg/kg.", H, '"0.5 mg/kg" → "0.75 mg/kg"'),
    ("Dosage", "Use 1 device for 28 mg.", "Use 2 devices for 56 mg.", H, '"28 mg" → "56 mg"'),
    ("Dosage", "Rest 5 minutes between devices.", "Rest 10 minutes between devices.", H, '"5 minutes" → "10 minutes"'),
    ("Dosage", "Weeks 5 to 8: give it once weekly.", "Weeks 5 to 8: give it twice weekly.", H, '"once weekly" → "twice weekly"'),
    ("Dosage", "Give it weekly or every two weeks.", "Give it weekly.", H, '"two weeks" dropped'),
    ("Vital signs", "Delay the dose if pressure is above 140/90 mmHg.", "Delay the dose if pressure is above 150/90 mmHg.", H,
     '"140/90 mmHg" → "150/90 mmHg"'),
    ("Missed sessions", "If two sessions are missed, restart.", "If three sessions are missed, restart.", H, '"two sessions" → "three sessions"'),
    ("Dosage", "The tablet is given by mouth.", "The lozenge is placed under the tongue.", H, "lozenge"),
    ("Infusion", "Infuse over 40 minutes.", "Infuse over at least 40 minutes.", H, '"at least" added'),
    # ages and groups
    ("Who", "For adults aged 18 to 64.", "For adults aged 18 to 74.", H, '"18 to 64" → "18 to 74"'),
    ("Who", "Not for people under 18 years.", "Not for people under 16 years.", H, '"18 years" → "16 years"'),
    ("Pregnancy", "Discontinue esketamine if a patient becomes pregnant.", "Consider stopping esketamine if a patient becomes pregnant.", H, "Consider"),
    ("Hepatic use", "No change of dose in moderate impairment.", "Not studied in severe impairment; avoid use.", H, "avoid"),
    # monitoring
    ("Monitoring", "Observe for at least 2 hours until safe to leave.", "Observe until safe to leave.", H, '"at least'),
    ("Monitoring", "Measure pressure before dosing.", "Measure pressure before dosing and 40 minutes after.", H, '"40 minutes'),
    ("Monitoring", "A healthcare professional stays in the room.", "A healthcare professional stays within call.", H, '"in the room" → "within call"'),
    ("Driving", "Patients may drive the next day after sleep.", "Patients may drive after two hours.", H, '"two hours'),
    ("Monitoring", "Pulse oximetry is available.", "Pulse oximetry is required.", H, 'is required" added'),
    ("Equipment", "A defibrillator must be present.", "A defibrillator must be available.", H, '"present" → "available"'),
    # REMS
    ("REMS", "Patients enrol once.", "Patients enrol each year.", M, "each year"),
    ("REMS", "Submit the monitoring form within seven days.", "Submit the monitoring form within 48 hours.", H, '"seven days" → "48 hours"'),
    ("REMS", "Inpatient pharmacies are exempt from enrolment.", "Inpatient pharmacies must enrol.", H, '"must'),
    ("REMS", "The REMS programme continues.", "The REMS programme has been terminated.", H, '"terminated"'),
    ("REMS", "Pharmacies certify by fax.", "Pharmacies certify online, through the portal only.", H, '"only" added'),
    # telehealth
    ("Telehealth", "The exception ends on December 31, 2025.", "The exception ends on December 31, 2026.", H,
     '"December 31, 2025" → "December 31, 2026"'),
    ("Telehealth", "Prescribing without an in-person visit is possible.", "Prescribing requires one in-person visit.", H, "in"),
    ("Telehealth", "The supply may not exceed 30 days.", "The supply may not exceed 90 days.", H, '"30 days" → "90 days"'),
    ("Telehealth", "Audio-only visits are accepted.", "Audio-only visits are not accepted.", H, '"not'),
    # coverage
    ("Criteria", "A trial of two antidepressants of different classes.", "A trial of four antidepressants of different classes.", H,
     '"two antidepressants" → "four antidepressants"'),
    ("Criteria", "Any of the following are met:", "All of the following are met:", H, '"Any" → "All"'),
    ("Criteria", "Prescribed by or with a psychiatrist.", "Prescribed by a psychiatrist.", M, "or with"),
    ("Quantity limit", "Spravato 56 mg kit | 8 per 28 days", "Spravato 56 mg kit | 4 per 28 days", H, '"8 per 28 days" → "4 per 28 days"'),
    ("Renewal", "Approve for six months.", "Approve for three months.", H, '"six months" → "three months"'),
    ("Renewal", "A fall of 50% in PHQ-9 is shown.", "A fall of 25% in PHQ-9 is shown.", M, '"50%" → "25%"'),
    ("Coverage", "Esketamine is considered medically necessary.", "Esketamine is considered investigational.", H, "investigational"),
    ("Codes", "Bill G2082 for up to 56 mg.", "Bill G2083 for up to 56 mg.", H, '"G2082" → "G2083"'),
    ("Step therapy", "Step therapy does not apply.", "Step therapy applies.", H, '"not" dropped'),
    ("Drug list", "Esketamine | Tier 3 | PA", "Esketamine | Tier 5 | PA", M, '"Tier 3" → "Tier 5"'),
    ("Drug list", "Esketamine | Tier 3 | PA, QL", "Esketamine | Tier 3 | QL", H, '"PA" dropped'),
    ("ATC", "Esketamine: N05A", "Esketamine: N06A", H, '"N05A" → "N06A"'),
    # negations, exceptions, footnotes
    ("Use", "Ketamine is approved for depression.", "Ketamine is not approved for depression.", H, '"not'),
    ("Use", "This applies to all clinics.", "This applies to all clinics other than hospitals.", H, '"other than" added'),
    ("Use", "Clinics are included.", "Clinics are excluded.", H, '"excluded"'),
    ("Use", "Compounding is lawful.", "Compounding is unlawful.", H, '"unlawful"'),
    ("Use", "The drug is safe at this dose.", "The drug is unsafe at this dose.", H, '"safe" → "unsafe"'),
    ("Notes", "* Applies to adults only.", "* Applies to adults and adolescents.", H, '"only" dropped'),
    ("Records", "Keep records for two years.", "Keep records for five years.", M, '"two years" → "five years"'),
    ("Consent", "Obtain consent before each course.", "Obtain consent before the first course.", H, '"each" → "first"'),
    ("Licence", "A licence is optional for home use.", "A licence is mandatory for home use.", H, '"optional" → "mandatory"'),
    ("Notice", "This is a proposed rule.", "This is a final rule.", H, '"proposed rule" → "final rule"'),
    ("Deadline", "Comments are due by June 1, 2026.", "Comments are due by July 1, 2026.", M, "deadline, later"),
    # whole lines and lists
    ("Not covered", "- Home use\n- Anxiety", "- Home use\n- Anxiety\n- Chronic pain", H, '"Chronic pain" added'),
    ("Exclusion criteria", "- Psychosis\n- Epilepsy of any kind", "- Psychosis", H, '"Epilepsy of any kind" dropped'),
    ("Steps", "# Attach the cuff\n# Give the spray\n# Note the time", "# Give the spray\n# Attach the cuff\n# Note the time", M,
     '"Give the spray" moved in Steps'),
    ("Care", "Allowed:\n- treatment at home\n- care in a clinic\nForbidden:\n- treatment by post\n- care in a shop",
     "Allowed:\n- care in a clinic\nForbidden:\n- treatment at home\n- treatment by post\n- care in a shop", H, '"Allowed:" → "Forbidden:"'),
    ("Allowed", "Treatment at home with a nurse.\nCare in a clinic.\n== Forbidden\nTreatment by post.",
     "Care in a clinic.\n== Forbidden\nTreatment at home with a nurse.\nTreatment by post.", H, '"Allowed" → "Forbidden"'),
    ("Allowed", "Care in a clinic.\nTreatment at home with a nurse.\n== Forbidden\nTreatment by post.",
     "Care in a clinic.\n== Forbidden\nTreatment at home with a nurse.\nTreatment by post.", H, '"Allowed" → "Forbidden"'),
    ("Plan", "- Adults\n  - see a doctor first\n  - sign a form here\n- Children\n  - come with a parent",
     "- Adults\n  - sign a form here\n- Children\n  - see a doctor first\n  - come with a parent", L, "moved"),
    ("Doses", "Start | 56 mg\nUpkeep | 84 mg", "Start | 84 mg\nUpkeep | 56 mg", H, '"56 mg" → "84 mg"'),
    ("Doses", "Start | 56 mg | \nUpkeep | 84 mg | weekly", "Start |  | 56 mg\nUpkeep | 84 mg | weekly", H,
     "moved to another column in Doses, Start"),
    # German, French, Spanish
    ("Abgabe", "Die Abgabe ist zulässig.", "Die Abgabe ist unzulässig.", H, '"zulässig" → "unzulässig"', "de"),
    ("Abgabe", "Die Abgabe ist verboten.", "Die Abgabe ist erlaubt.", H, '"verboten" → "erlaubt"', "de"),
    ("Anwendung", "Nur bei Erwachsenen anwenden.", "Bei Erwachsenen anwenden.", H, '"Nur" dropped', "de"),
    ("Anwendung", "Die Dosis ist mindestens 28 mg.", "Die Dosis ist höchstens 28 mg.", H, '"mindestens" → "höchstens"', "de"),
    ("Erstattung", "Die Kosten werden übernommen.", "Die Kosten werden nicht übernommen.", H, '"nicht" added', "de"),
    ("Prescription", "La prescription est réservée aux psychiatres.", "La prescription n'est plus réservée aux psychiatres.", H, "n'est plus", "fr"),
    ("Prescription", "Le traitement est remboursé.", "Le traitement n'est pas remboursé.", H, "n'est pas", "fr"),
    ("Prescription", "Durée maximale de 28 jours.", "Durée maximale de 14 jours.", H, '"28 jours" → "14 jours"', "fr"),
    ("Usage", "L'usage est autorisé à domicile.", "L'usage est interdit à domicile.", H, '"autorisé" → "interdit"', "fr"),
    ("Uso", "El uso está autorizado en casa.", "El uso está prohibido en casa.", H, '"autorizado" → "prohibido"', "es"),
    ("Uso", "Se usa en adultos.", "No se usa en adultos.", H, '"No', "es"),
    ("Uso", "Solo en hospitales.", "En hospitales y consultas.", H, '"Solo" dropped', "es"),
    ("Footnotes", "Dose a | 56 mg*\nDose b | 84 mg\n* Adults only.", "Dose a | 56 mg\nDose b | 84 mg*\n* Adults only.", M, '"*" dropped'),
    ("Who", "One of these is met:\n- a nurse\n- a doctor", "Each of these is met:\n- a nurse\n- a doctor", H, '"One" → "Each"'),
    # a second round
    ("Monitoring", "Monitor for at least 2 hours at each session.", "Monitor at each session.", H, '2 hours'),
    ("Dosage", "The recommended starting dose is 28 mg in patients 65 and older.", "The recommended starting dose is 56 mg in patients 65 and older.", H, '"28 mg" → "56 mg"'),
    ("Dosage", "Do not use more than three devices per session.", "Do not use more than two devices per session.", H, '"three devices'),
    ("Dosage", "Titrate by 0.1 mg/kg up to 1 mg/kg.", "Titrate by 0.1 mg/kg up to 1.5 mg/kg.", H, '1.5 mg/kg'),
    ("Dosage", "Take on an empty stomach: no food for 2 hours.", "Take on an empty stomach: no food for 4 hours.", H, '"2 hours" → "4 hours"'),
    ("Interactions", "Avoid with MAO inhibitors.", "Use caution with MAO inhibitors.", H, "Avoid"),
    ("Interactions", "Benzodiazepines may increase sedation.", "Benzodiazepines and opioids may increase sedation.", M, "opioids"),
    ("Contraindications", "Known hypersensitivity to esketamine.", "Known hypersensitivity to esketamine or ketamine.", H, "ketamine"),
    ("Adverse reactions", "Dissociation (41%) and dizziness (29%).", "Dissociation (48%) and dizziness (29%).", M, '"41%" → "48%"'),
    ("Eligibility", "The patient has PHQ-9 of 15 or more.", "The patient has PHQ-9 of 20 or more.", H, '"15'),
    ("Eligibility", "Members aged 18 years or older.", "Members aged 12 years or older.", H, '"18 years'),
    ("Eligibility", "No active substance use disorder.", "No active or past substance use disorder.", M, "or past"),
    ("Policy", "Initial authorization: 4 weeks.", "Initial authorization: 12 weeks.", H, '"4 weeks" → "12 weeks"'),
    ("Policy", "Requests are reviewed within 72 hours.", "Requests are reviewed within 24 hours.", M, '"72 hours" → "24 hours"'),
    ("Policy", "Ketamine infusion for depression is investigational.", "Ketamine infusion for depression is medically necessary.", H, "medically necessary"),
    ("Policy", "This policy is effective January 1, 2026.", "This policy is effective March 1, 2026.", H, "effective, later"),
    ("Policy", "Prior authorization is required.", "Prior authorization is no longer required.", H, "no longer required"),
    ("Policy", "Site of care: hospital outpatient or office.", "Site of care: office.", M, "hospital outpatient"),
    ("Policy", "HCPCS S0013 is not payable.", "HCPCS S0013 is payable.", H, '"not" dropped'),
    ("Staffing", "One nurse may watch up to two patients.", "One nurse may watch up to four patients.", H, '"two patients" → "four patients"'),
    ("Staffing", "A physician must be on site.", "A physician must be available by telephone.", H, "on site"),
    ("Staffing", "Staff hold ACLS certification.", "Staff hold BLS certification.", H, '"ACLS" → "BLS"'),
    ("Delegation", "A registered nurse may administer ketamine.", "A registered nurse may not administer ketamine.", H, "may not"),
    ("Advertising", "Clinics may not call ketamine safe and effective.", "Clinics may call ketamine safe and effective.", H, "may"),
    ("Compounding", "Ketamine nasal sprays may be compounded under section 503A.", "Ketamine nasal sprays may be compounded under section 503B.", H, "503"),
    ("Recall", "Lots A12 and B13 are recalled.", "Lots A12, B13 and C14 are recalled.", M, "C14"),
    ("Recommendation", "Level 1 evidence, first-line.", "Level 2 evidence, second-line.", H, "second-line"),
    ("Recommendation", "Grade B", "Grade C", H, "Grade"),
    ("Recommendation", "The panel voted 9 to 2 in favour.", "The panel voted 7 to 4 in favour.", M, "9 to 2"),
    ("Schedule", "Ketamine is controlled under Schedule 2.", "Ketamine is controlled under Schedule 1.", H, "Schedule 2"),
    ("Notice", "Comments close on 30 April 2026.", "Comments close on 15 May 2026.", M, "deadline"),
    ("Notice", "The guideline is under review.", "The guideline is current.", H, "under review"),
    ("Notice", "Expected publication: June 2026.", "Expected publication: December 2026.", L, "June 2026"),
    ("Summary", "Treatment is available on the PBS.", "Treatment is not available on the PBS.", H, "not"),
    ("Warnings", "Bladder pain was reported rarely.", "Bladder pain was reported commonly.", M, "rarely"),
    ("Use in children", "Safety is not established in children.", "Safety is established in children aged 12 and older.", H, "not"),
    ("Storage", "Store below 25 °C.", "Store below 30 °C.", M, "25 °C"),
    ("Dosierung", "Die Anfangsdosis beträgt 28 mg.", "Die Anfangsdosis beträgt 56 mg.", H, '"28 mg" → "56 mg"', "de"),
    ("Gegenanzeigen", "Nicht bei Aneurysma anwenden.", "Bei Aneurysma nur nach Abwägung anwenden.", H, "Nicht", "de"),
    ("Beschluss", "Der Beschluss ist befristet bis 1. Mai 2026.", "Der Beschluss ist unbefristet.", H, "1. Mai 2026", "de"),
    ("Beschluss", "Ein Zusatznutzen ist belegt.", "Ein Zusatznutzen ist nicht belegt.", H, "nicht belegt", "de"),
    ("Surveillance", "Surveiller la tension pendant au moins deux heures.", "Surveiller la tension pendant au moins une heure.", H, "deux heures", "fr"),
    ("Conditions", "Médicament soumis à prescription hospitalière.", "Médicament non soumis à prescription hospitalière.", H, "non", "fr"),
    ("Avis", "Le SMR est important.", "Le SMR est insuffisant.", H, "insuffisant", "fr"),
    ("Condiciones", "Debe administrarse en un hospital.", "Puede administrarse en un hospital o consulta.", H, "Puede", "es"),
    ("Financiación", "El medicamento está financiado.", "El medicamento no está financiado.", H, "no", "es"),
]


def told(case: tuple[str, ...], before: str, after: str, language: str):
    """The comparison of a case, after the laws are checked."""
    old, new = page(case[0], before, language), page(case[0], after, language)
    comparison = compare(old, new)
    check_ops(comparison)
    assert rebuild_old(new, comparison) == old.lines
    assert rebuild_new(old, comparison) == new.lines
    return comparison


@pytest.mark.parametrize("case", LOUD, ids=[f"{case[0]}: {case[2][:50]}" for case in LOUD])
def test_what_an_officer_must_read(case):
    """At least the level expected, and a reason that quotes the words."""
    _, before, after, level, words, *language = case
    comparison = told(case, before, after, language[0] if language else "en")
    assert comparison.level == level, (comparison.level, comparison.reasons)
    assert any(words in reason for reason in comparison.reasons), comparison.reasons
    assert len(comparison.summary) <= 130


FAINT = [
    ("Monitoring", "Watch for two (2) hours.", "Watch for 2 (two) hours.", NONE),
    ("Monitoring", "Watch the patient — closely — for two hours.", "Watch the patient - closely - for 2 hours.", NONE),
    ("Contact", "E-mail: rems@example.gov", "E-mail: info@example.gov", L),
    ("Contact", "Fax 1-877-555-0100", "Fax 1-877-555-0177", L),
    ("Needs", "- oxygen mask\n- suction pump\n- cuff and meter", "- cuff and meter\n- oxygen mask\n- suction pump", NONE),
    ("Needs", "You need:\n- oxygen mask\n- suction pump\n- cuff and meter", "You will need:\n- cuff and meter\n- oxygen mask\n- suction pump", L),
    ("Notes", "Printed on 3 May 2024.", "Printed on May 3, 2024.", L),
    ("Telehealth", "The rule ends on 31 December 2026.", "The rule ends on December 31, 2026.", L),
    ("Forms", "Form A <https://example.gov/v1/a.pdf>", "Form A <https://example.gov/v2/a.pdf>", L),
    ("Dosage", "Give 56 mg.", "Give 56mg.", L),
    ("Dosage", "Give 1,000 mg.", "Give 1000 mg.", L),
    ("Dosage", "Give 0.50 mg/kg.", "Give 0.5 mg/kg.", L),
    ("Warnings", "This medicine can cause sleepiness", "This medicine can cause sleepiness.", L),
    ("Warnings", "Watch the patient. Call for help.", "Watch the patient.\nCall for help.", NONE),
    ("Warnings", "Watch out for:\n- sedation\n- dissociation", "Watch out for: sedation dissociation", NONE),
    ("Table", "Start | 56 mg\nUpkeep | 84 mg", "Start\n56 mg\nUpkeep\n84 mg", NONE),
    ("Table", "- Start: 56 mg\n- Upkeep: 84 mg", "Start: | 56 mg\nUpkeep: | 84 mg", NONE),
    ("1. Scope", "Adults.\n== 2. Use\nIn clinics.", "Adults.\n== 3. Use\nIn clinics.", L),
    ("About", "Our clinics are open.", "Our centres are open.", L),
    ("About", "Read more about us here.", "Learn more about us here.", L),
    ("Kontakt", "Telefon 030 555 0100", "Telefon 030 555 0177", L, "de"),
    ("Überwachung", "Zwei Stunden überwachen.", "2 Stunden überwachen.", NONE, "de"),
    ("Surveillance", "« Surveiller » pendant deux heures", '"Surveiller" pendant 2 heures', L, "fr"),
    ("Uso", "Vigilar durante dos horas", "Vigilar durante 2 horas", NONE, "es"),
    # a second round
    ("Monitoring", "See the website for the monitoring form.", "Visit the website for the monitoring form.", L),
    ("Dosage", "See section 4.2 (page 12).", "See section 4.2 (page 13).", L),
    ("Policy", "Last edited by the web team.", "Last updated by the web team.", L),
    ("Policy", "Health care professionals", "Healthcare professionals", L),
    ("Policy", "E.g., a nurse.", "For example, a nurse.", L),
    ("Contact", "Write to: Suite 200, 5 Main Street", "Write to: Suite 310, 5 Main Street", L),
    ("About", "Founded in 1998, we serve 40 states.", "Founded in 1998, we serve 41 states.", L),
    ("Coverage", "Coverage criteria are listed below.", "Coverage criteria are listed here.", M),
    ("Recommendations", "Clinicians should take care and be kind.", "Clinicians should be kind and take care.", M),
]


@pytest.mark.parametrize("case", FAINT, ids=[f"{case[0]}: {case[2][:50]}" for case in FAINT])
def test_what_need_not_wake_anybody(case):
    """Typography, contact details, order of a plain list, spelled numbers, lines cut elsewhere: low, or nothing; medium at most."""
    _, before, after, level, *language = case
    comparison = told(case, before, after, language[0] if language else "en")
    assert (comparison.level.value if comparison else NONE) == level, (comparison.reasons, comparison.edits)


SAID = [
    ("Doses", "Start | 56 mg | daily\nUpkeep | 56 mg | weekly", "Start | 56 mg | daily\nUpkeep | 84 mg | weekly",
     'Doses, Upkeep: "56 mg" → "84 mg"'),
    ("Steps", "1. wash both hands well\n2. open the sealed device\n3. sit down",
     "1. open the sealed device\n2. wash both hands well\n3. sit down", 'Steps: moved "open the sealed device"'),
    ("5.1 Rest", "Sleep well tonight please.", "Sleep well tonight please.\n== 5.2 Food\nEat.", 'New section "Food"; 1 more edit'),
    ("Dosage", "Give it weekly or every two weeks.", "Give it weekly.", 'Dosage: "or every two weeks" dropped'),
    ("Prescription", "La prescription est réservée aux psychiatres.", "La prescription n'est plus réservée aux psychiatres.",
     'Prescription: "prescription est réservée aux" → "prescription n\'est plus réservée aux"'),
    ("Allowed", "Treatment at home with a nurse.\nCare in a clinic.\n== Forbidden\nTreatment by post.",
     "Care in a clinic.\n== Forbidden\nTreatment at home with a nurse.\nTreatment by post.",
     'Moved "Treatment at home with a nurse." from "Allowed" to "Forbidden"'),
    ("Use", "(a) Rest now well please.\nOther.", "(d) Rest now well please.\nOther.", 'Use: "a" → "d"'),
    ("Vital signs", "Stop above 140/90 mmHg.", "Stop above 150/90 mmHg.", 'Vital signs: "140/90 mmHg" → "150/90 mmHg"'),
    ("Doses", "Start | 56 mg | \nUpkeep | 84 mg | weekly", "Start |  | 56 mg\nUpkeep | 84 mg | weekly",
     'Doses, Start: moved "Start | | 56 mg" to another column'),
]


@pytest.mark.parametrize(("heading", "before", "after", "summary"), SAID)
def test_a_summary_is_one_clear_sentence(heading, before, after, summary):
    """It names the row, what moved from where to where, and words that can be understood alone."""
    assert compare(page(heading, before), page(heading, after)).summary == summary


def test_a_summary_names_row_and_column():
    """Where a table has header cells and one cell changed."""
    def drugs(*cells: str) -> Text:
        header = "Drug", "Tier", "Prior authorization"
        rows = row(*header), row(*cells, headers=header), row("Ketalar", "1", "no", headers=header)
        return Text((Section(("Formulary",), 1, rows),), language="en")

    comparison = compare(drugs("Spravato", "3", "yes"), drugs("Spravato", "3", "no"))
    assert comparison.summary == 'Formulary, Spravato, Prior authorization: "yes" → "no"'
    assert comparison.level == "high"


def test_a_number_alone_is_low_wherever_it_stands():
    """A label its neighbours do not explain is told, and its section's subject makes it no dose."""
    before, after = "2. Give 56 mg daily.\nOther.", "7. Give 56 mg daily.\nOther."
    comparison = compare(page("Dosage", before), page("Dosage", after))
    assert (comparison.level, comparison.reasons) == ("low", ('"2" → "7" (its number alone) in Dosage',))
    louder = compare(page("Dosage", before), page("Dosage", after.replace("56", "84")))
    assert louder.level == "high"
    renumbered = compare(page("5.1 Dosage", "Give 56 mg."), page("5.7 Dosage", "Give 56 mg."))
    assert renumbered.summary == 'Section "Dosage" renumbered: "5.1" → "5.7"'
