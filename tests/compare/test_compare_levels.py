"""What a compliance officer expects of a changed sentence: its level, and a reason that quotes the words."""

from __future__ import annotations

import pytest

from guidetrack.compare import compare
from tests.compare.texts import check_ops, section, text

H, M, L = "high", "medium", "low"

# heading | before | after | level | words a reason must hold | language
EXPECTED = [
    # numbers, units, intervals
    (
        "Monitoring",
        "Watch the patient for at least two hours after each dose.",
        "Watch the patient for at least one hour after each dose.",
        H,
        '"two hours" → "one hour" in Monitoring',
    ),
    (
        "5.1 Sedation",
        "Blood pressure is checked about 40 minutes after dosing.",
        "Blood pressure is checked about 60 minutes after dosing.",
        H,
        '"40 minutes" → "60 minutes" in Sedation',
    ),
    ("Dosage", "The maintenance dose is 56 mg.", "The maintenance dose is 84 mg.", H, '"56 mg" → "84 mg"'),
    ("Dosage", "Infuse 0.5 mg over 40 minutes.", "Infuse 0.5 mg/kg over 40 minutes.", H, '"0.5 mg" → "0.5 mg/kg"'),
    ("Dosage", "Doses of 28 to 56 mg are used.", "Doses of 28 to 84 mg are used.", H, '"28 to 56 mg" → "28 to 84 mg"'),
    ("Dosage", "Dose twice weekly for a month.", "Dose once weekly for a month.", H, '"twice weekly" → "once weekly"'),
    (
        "Dosage",
        "Give it intravenously, 100 mcg per step.",
        "Give it intravenously, 100 mg per step.",
        H,
        '"100 mcg" → "100 mg"',
    ),
    (
        "Route",
        "Ketamine by the intramuscular route is studied.",
        "Ketamine by the oral route is studied.",
        H,
        '"intramuscular" → "oral"',
    ),
    (
        "Criteria",
        "Three antidepressant trials have failed.",
        "Two antidepressant trials have failed.",
        H,
        '"Three antidepressant" → "Two antidepressant"',
    ),
    (
        "Criteria",
        "Patients are 18 years of age or older.",
        "Patients are 65 years of age or older.",
        H,
        '"18 years of age" → "65 years of age"',
    ),
    ("Criteria", "Adults ≥ 65 years start low.", "Adults ≥ 75 years start low.", H, '"≥ 65 years" → "≥ 75 years"'),
    (
        "Limits",
        "No more than 8 devices a month are paid.",
        "No more than 4 devices a month are paid.",
        H,
        '"8 devices" → "4 devices"',
    ),
    ("Vitals", "Do not start above 140 mmHg.", "Do not start above 160 mmHg.", H, '"140 mmHg" → "160 mmHg"'),
    (
        "Renewal",
        "Coverage is approved for 6 months.",
        "Coverage is approved for 12 months.",
        H,
        '"6 months" → "12 months"',
    ),
    ("Results", "Symptoms eased in 60% of the group.", "Symptoms eased in 70% of the group.", M, '"60%" → "70%"'),
    (
        "Supply",
        "A prescription lasts 28 days, under safe custody.",
        "A prescription lasts 30 days, under safe custody.",
        H,
        '"28 days" → "30 days"',
    ),
    # force
    (
        "Setting",
        "The clinic must keep oxygen ready.",
        "The clinic should keep oxygen ready.",
        H,
        '"must" → "should" in Setting',
    ),
    ("Setting", "The clinic should keep oxygen ready.", "The clinic must keep oxygen ready.", H, '"should" → "must"'),
    ("Home use", "Ketamine may be given at home.", "Ketamine may not be given at home.", H, '"may" → "may not"'),
    (
        "Home use",
        "A second visit must not be skipped.",
        "A second visit need not be skipped.",
        H,
        '"must not" → "need not"',
    ),
    (
        "Advice",
        "Esketamine is not recommended for this group.",
        "Esketamine is recommended for this group.",
        H,
        '"not recommended" → "recommended"',
    ),
    ("Advice", "Offer ketamine to this group.", "Consider ketamine for this group.", H, '"Offer" → "Consider"'),
    ("Advice", "Consider esketamine here.", "Do not offer esketamine here.", H, '"Consider" → "Do not offer"'),
    ("Advice", "We recommend an infusion.", "We suggest an infusion.", H, '"recommend" → "suggest"'),
    ("Records", "Each dose shall be written down.", "Each dose may be written down.", H, '"shall" → "may"'),
    ("Records", "A log is mandatory.", "A log is voluntary.", H, '"mandatory" → "voluntary"'),
    (
        "Records",
        "Pharmacies are required to report losses.",
        "Pharmacies are allowed to report losses.",
        H,
        '"are required to" → "are allowed"',
    ),
    (
        "Use",
        "The spray is contraindicated after a stroke.",
        "Caution is needed with the spray after a stroke.",
        H,
        '"contraindicated"',
    ),
    (
        "Use",
        "Use after a bleed is prohibited.",
        "Use after a bleed is permitted.",
        H,
        '"is prohibited" → "is permitted"',
    ),
    # scope
    ("Setting", "It is given only in certified clinics.", "It is given in certified clinics.", H, '"only" dropped'),
    (
        "Setting",
        "It is given in clinics.",
        "It is given in clinics unless the state says otherwise.",
        H,
        '"unless" added',
    ),
    ("Setting", "Keep oxygen and suction at hand.", "Keep oxygen or suction at hand.", H, '"and" → "or"'),
    ("Setting", "All staff are trained.", "Some staff are trained.", H, '"All" → "Some"'),
    ("Setting", "Weigh the patient before the dose.", "Weigh the patient after the dose.", H, '"before" → "after"'),
    ("Setting", "At least two staff are present.", "At most two staff are present.", H, '"At least" → "At most"'),
    ("Setting", "The drug is for home use.", "The drug is not for home use.", H, '"not" added'),
    ("Setting", "Driving is possible without delay.", "Driving is possible.", H, '"without" dropped'),
    (
        "Setting",
        "Both criteria apply: either one or the other.",
        "Both criteria apply: both one or the other.",
        H,
        '"either" → "both"',
    ),
    # dates that bind
    (
        "Telehealth",
        "The flexibilities run through 31 December 2025.",
        "The flexibilities run through 31 December 2026.",
        H,
        '"31 December 2025" → "31 December 2026" (expiry, later) in Telehealth',
    ),
    (
        "Telehealth",
        "The rule takes effect on March 1, 2026.",
        "The rule takes effect on January 1, 2026.",
        H,
        "(effective, earlier)",
    ),
    (
        "Notice",
        "Comments must be received by 18 March 2025.",
        "Comments must be received by 28 March 2025.",
        M,
        "(deadline, later)",
    ),
    (
        "Coverage",
        "The policy is in force until 2026-06-30.",
        "The policy is in force until 2026-09-30.",
        H,
        "(expiry, later)",
    ),
    # schedule, codes, citations
    (
        "Control",
        "Ketamine is a Schedule III substance.",
        "Ketamine is a Schedule II substance.",
        H,
        '"Schedule III" → "Schedule II"',
    ),
    ("Control", "Ketamine is a Class B drug.", "Ketamine is a Class A drug.", H, '"Class B" → "Class A"'),
    ("Coding", "Bill the drug under S0013.", "Bill the drug under J0013.", H, '"S0013" → "J0013" (HCPCS code)'),
    ("Coding", "Diagnosis F32.2 is accepted.", "Diagnosis F33.2 is accepted.", H, '"F32.2" → "F33.2"'),
    (
        "Law",
        "Limits stand in 21 CFR 1306.07.",
        "Limits stand in 21 CFR 1306.09.",
        H,
        '"21 CFR 1306.07" → "21 CFR 1306.09" (citation)',
    ),
    (
        "Compounding",
        "Ketamine is in Category 1 of the list.",
        "Ketamine is in Category 2 of the list.",
        H,
        '"Category 1" → "Category 2"',
    ),
    # status and verdicts
    (
        "Guideline",
        "This is a draft guideline.",
        "This is the final guideline.",
        H,
        '"draft" → "final guideline" (status)',
    ),
    ("Guideline", "This notice stands.", "This notice has been withdrawn.", H, '"has been withdrawn" added (status)'),
    ("Guideline", "The consent is valid.", "The consent is suspended.", H, '"suspended" added (status)'),
    (
        "Evidence",
        "A strong recommendation is made.",
        "A conditional recommendation is made.",
        H,
        '"strong recommendation" → "conditional recommendation"',
    ),
    ("Evidence", "It is a third-line choice.", "It is a second-line choice.", H, '"third-line" → "second-line"'),
    (
        "Evidence",
        "The evidence is of low certainty.",
        "The evidence is of moderate certainty.",
        H,
        '"low certainty" → "moderate certainty"',
    ),
    (
        "Decision",
        "The committee says do not reimburse.",
        "The committee says reimburse with conditions.",
        H,
        '"do not reimburse" → "reimburse with conditions"',
    ),
    (
        "Decision",
        "Esketamine is accepted for use.",
        "Esketamine is accepted for restricted use.",
        H,
        '"accepted for restricted use"',
    ),
    # topics
    (
        "Indications",
        "It is used with an oral antidepressant.",
        "It is used alone or with an oral antidepressant.",
        H,
        '"alone" added (indication)',
    ),
    (
        "Boxed warning",
        "Sedation and dissociation may follow.",
        "Sedation, dissociation and respiratory depression may follow.",
        H,
        '"respiratory depression" added',
    ),
    ("Contraindications", "Aneurysm.", "Aneurysm, or a recent bleed in the brain.", H, "in Contraindications"),
    ("Staff", "A physician watches.", "A nurse practitioner watches.", H, '"physician" → "nurse practitioner"'),
    (
        "Staff",
        "Supervision is on site.",
        "Supervision is immediately available.",
        H,
        '"on site" → "immediately available"',
    ),
    ("Telehealth", "An audio-only visit is enough.", "An in-person visit is enough.", H, '"audio-only" → "in-person"'),
    ("Groups", "Not studied in pregnancy.", "Not studied in lactation.", H, '"pregnancy" → "lactation"'),
    ("Warnings", "Patients sometimes feel far away.", "Patients often feel detached and frightened.", M, "in Warnings"),
    (
        "Informed consent",
        "The form names the clinic.",
        "The form describes the likely harms.",
        M,
        "in Informed consent",
    ),
    # German, French, Spanish
    (
        "Überwachung",
        "Der Patient muss zwei Stunden bleiben.",
        "Der Patient sollte eine Stunde bleiben.",
        H,
        '"muss" → "sollte"',
        "de",
    ),
    ("Nutzen", "Der Zusatznutzen ist gering.", "Zusatznutzen nicht belegt.", H, '"Zusatznutzen nicht belegt"', "de"),
    ("Anwendung", "Das Spray ist zugelassen.", "Das Spray ist kontraindiziert.", H, '"kontraindiziert" added', "de"),
    ("Frist", "Gültig bis 31. Dezember 2025.", "Gültig bis 31. Dezember 2026.", H, "(expiry, later)", "de"),
    (
        "Surveillance",
        "Le patient doit rester deux heures.",
        "Le patient peut rester deux heures.",
        H,
        '"doit" → "peut"',
        "fr",
    ),
    (
        "Avis",
        "La commission rend un avis favorable.",
        "La commission rend un avis défavorable.",
        H,
        '"avis favorable" → "avis défavorable"',
        "fr",
    ),
    (
        "Durée",
        "Surveiller pendant deux heures.",
        "Surveiller pendant une heure.",
        H,
        '"deux heures" → "une heure"',
        "fr",
    ),
    ("Uso", "El paciente debe volver.", "El paciente no debe volver.", H, '"debe" → "no debe"', "es"),
    ("Uso", "Se recomienda el control.", "No se recomienda el control.", H, '"No se recomienda"', "es"),
    ("Dosis", "Administrar 28 mg cada día.", "Administrar 56 mg cada día.", H, '"28 mg" → "56 mg"', "es"),
]


@pytest.mark.parametrize("case", EXPECTED, ids=[f"{case[0]}: {case[2][:40]}" for case in EXPECTED])
def test_level_and_reason(case):
    """The level is the expected one and a reason quotes the words and names the section."""
    heading, before, after, level, words, *language = case
    spoken = language[0] if language else "en"
    old = text(section(heading, before, "An unrelated line."), language=spoken)
    new = text(section(heading, after, "An unrelated line."), language=spoken)
    comparison = compare(old, new)
    check_ops(comparison)
    assert (comparison.level, len(comparison.edits)) == (level, 1), comparison.reasons
    assert any(words in reason for reason in comparison.reasons), comparison.reasons
    assert len(comparison.summary) <= 130


# heading | before | after | "low" or "none"
QUIET = [
    ("Contact", "Call us at 301-555-0100.", "Call us at 301-555-0199.", L),
    ("Contact", "Write to desk@example.gov.", "Write to help@example.gov.", L),
    ("Contact", "The office is at 12 High Street, room 4.", "The office is at 14 High Street, room 9.", L),
    ("Contact", "Phone the desk on +44 20 7946 0000.", "Phone the desk on +44 20 7946 0991.", L),
    ("Monitoring", "See the form <https://example.gov/a.pdf>", "See the form <https://example.gov/b.pdf>", L),
    ("Monitoring", "The patient's vital signs are read", "The patient’s vital signs are read", "none"),
    ("Monitoring", "Watch for 2 hours", "Watch for two hours", "none"),
    ("Monitoring", "Watch for 120 minutes", "Watch for two hours", L),
    ("Monitoring", "A “calm” room", 'A "calm" room', "none"),
    ("Monitoring", "A dose – then rest", "A dose - then rest", "none"),
    ("Monitoring", "The patient may choose a quiet room", "The patient may choose the quiet room", L),
    ("About", "The colour of the box is blue", "The color of the box is blue", L),
    ("Warnings", "Haemorrhage was seen in programmes", "Hemorrhage was seen in programs", L),
    ("Warnings", "A list of effects follows.", "A list of effects follows:", L),
    ("Warnings", "The Patient rests", "The patient rests", L),
    ("News", "Our meeting is in June in Boston.", "Our meeting is in July in Denver.", L),
    ("News", "The site was redesigned by our team.", "The website was redesigned by our staff writers.", L),
    ("Notes", "Results were printed on 3 May 2024.", "Results were printed on 4 May 2024.", L),
    ("Setting", "It is given only in certified clinics", "It is given in certified clinics only", L),
    ("Setting", "The clinic must keep a log", "The clinic shall keep a log", L),
    ("Examples", "For example, a garden or a park.", "For example, a lake or a park.", L),
    ("Thanks", "We thank the nine reviewers.", "We thank the ten reviewers.", L),
    ("About", "We are a team of nine people.", "We are a team of ten people.", L),
    ("About", "Read our story.", "Read about our story.", L),
    ("État", "État des lieux", "Etat des lieux", "none"),
    ("Café", "Le cafe\u0301 est ouvert", "Le café est ouvert", "none"),
    ("Form", "See figure 3 for the layout.", "See figure 4 for the layout.", L),
    ("Form", "A soft\u00adware tool", "A software tool", "none"),
    ("Form", "Fill in the blue form.", "Fill in the green form.", L),
    ("Form", "Notes [3] follow.", "Notes [4] follow.", L),
    ("Form", "Page 3 of the booklet", "Page 4 of the booklet", L),
    ("Form", "ﬁnal remarks", "final remarks", "none"),
    ("Form", "Thank you for your interest in this page.", "Thanks for your interest in this page.", L),
]


@pytest.mark.parametrize("case", QUIET, ids=[f"{case[0]}: {case[2][:40]}" for case in QUIET])
def test_what_stays_quiet(case):
    """Typography, contact details, link targets, spelling and rewording stay low, or are no content at all."""
    heading, before, after, level = case
    comparison = compare(text(section(heading, before, "Other.")), text(section(heading, after, "Other.")))
    assert (comparison.level.value if comparison else "none") == level, comparison.reasons


WHOLE = [
    ("Telehealth", "Prescribers must see the patient in person once.", H, '"must"'),
    ("Warnings", "Respiratory depression was seen after the first dose.", H, "Respiratory depression"),
    ("Contraindications", "Aneurysmal vascular disease.", H, "Aneurysmal"),
    ("Dosage", "Give 56 mg on day 1.", M, '"56 mg"'),
    ("Coding", "Use J0013 from now on.", H, '"J0013"'),
    ("Notice", "This page has been withdrawn.", H, '"has been withdrawn"'),
    ("Training", "Staff learn to use the lift.", M, "in Training"),
    ("News", "Our yearly picnic is in June.", L, "picnic"),
    ("Law", "You must not park here.", M, '"must not"'),
]


@pytest.mark.parametrize("case", WHOLE, ids=[case[1][:40] for case in WHOLE])
@pytest.mark.parametrize("added", [True, False], ids=["added", "removed"])
def test_a_whole_paragraph(case, added):
    """A paragraph that comes or goes is weighed by what it says and where it stands."""
    heading, said, level, words = case
    without, with_ = text(section(heading, "Other.")), text(section(heading, "Other.", said))
    comparison = compare(without, with_) if added else compare(with_, without)
    assert comparison.level == level, comparison.reasons
    assert any(words in reason for reason in comparison.reasons)
    assert comparison.summary == f'{heading}: {"added" if added else "removed"} "{said}"'


def test_a_single_edit_is_quoted_in_the_summary():
    """The summary of one edit quotes before and after, with the bound that gives the number its sense."""
    old = text(section("Monitoring", "Patients must be watched for at least two hours."))
    new = text(section("Monitoring", "Patients must be watched for at least one hour."))
    assert compare(old, new).summary == 'Monitoring: "at least two hours" → "at least one hour"'


PHRASES = [
    pytest.param(
        "Uses",
        "The spray is used together with an oral antidepressant.",
        "The spray is used alone or together with an oral antidepressant.",
        'Uses: "used together with" → "used alone or together with"',
        id="words that say little alone stand with their neighbours",
    ),
    pytest.param("Use", "The drug is for home use.", "The drug is not for home use.",
                 'Use: "drug is for home" → "drug is not for home"', id="a negation"),
    pytest.param("Use", "Give it only in certified clinics.", "Give it in certified clinics.",
                 'Use: "Give it only in certified" → "Give it in certified"', id="a scope word"),
    pytest.param("Use", "Keep oxygen and suction at hand.", "Keep oxygen or suction at hand.",
                 'Use: "oxygen and suction" → "oxygen or suction"', id="and for or"),
    pytest.param("Recommendation", "Esketamine is not recommended for adults.",
                 "Esketamine is recommended as an option for adults.",
                 'Recommendation: "not recommended" → "recommended as an option"', id="a verdict, whole"),
    pytest.param("Recommendation", "Esketamine is recommended as an option for adults.",
                 "Esketamine is not recommended for adults.",
                 'Recommendation: "recommended as an option" → "not recommended"', id="the other way"),
    pytest.param("Warnings", "Sedation may follow.", "Sedation or respiratory depression may follow.",
                 'Warnings: "or respiratory depression" added', id="a phrase that says enough"),
    pytest.param("Use", "Rest (if needed).", "Rest (if needed) and eat.", 'Use: "and eat" added', id="no open bracket"),
]


@pytest.mark.parametrize(("heading", "before", "after", "summary"), PHRASES)
def test_a_summary_is_understood_by_itself(heading, before, after, summary):
    """Verdicts and negations are quoted whole; small words with the words beside them."""
    old, new = text(section(heading, before, "Other.")), text(section(heading, after, "Other."))
    assert compare(old, new).summary == summary


BOX = "Boxed warning: sedation; dissociation; abuse and misuse; suicidal thoughts and behaviours"


def test_a_heading_that_gained_words_is_told_by_them():
    """The words that came, the section by a short name; the same words below it are no further reason."""
    wider = BOX.replace("abuse", "respiratory depression; abuse")
    old = text(section(BOX, "Other."))
    new = text(section(wider, "Respiratory depression has been seen after a dose.", "Other."))
    comparison = compare(old, new)
    assert comparison.summary == 'Boxed warning: "respiratory depression" added; 1 more edit'
    assert comparison.reasons == ('"respiratory depression" added (boxed warning and safety) in Boxed warning',)


def test_long_names_are_shortened_and_keep_what_matters():
    """A section's name ends with a word or a clause, and shows the subject it names."""
    heading = "Information for professionals on the long path towards monitoring of each patient"
    comparison = compare(text(section(heading, "Rest two hours.")), text(section(heading, "Rest one hour.")))
    assert comparison.summary == 'Information for… monitoring: "two hours" → "one hour"'
    renamed = compare(text(section(BOX, "Other.", MONITORED)), text(section(BOX.replace("abuse", "use"), "Other.")))
    assert all(len(reason) <= 140 for reason in renamed.reasons), renamed.reasons


MONITORED = "Patients are monitored for at least two hours, with pulse oximetry."


def test_few_reasons_each_of_other_words():
    """Many edits with the same words give one reason; at most five are kept."""
    old = text(*(section(f"Part {name}", "A", MONITORED) for name in "ABCDEFGH"))
    new = text(*(section(f"Part {name}", "A", MONITORED.replace("two", "three")) for name in "ABCDEFGH"))
    assert compare(old, new).reasons == ('"two hours" → "three hours" in Part A',)
    many = [section(f"Part {n}", f"Give {n} mg.") for n in range(20, 40)], [
        section(f"Part {n}", f"Give {n + 50} mg.") for n in range(20, 40)
    ]
    assert len(compare(text(*many[0]), text(*many[1])).reasons) == 5


def is_balanced(said: str) -> bool:
    """Quotes in pairs; brackets in pairs, within quotes and without."""
    if said.count('"') % 2:
        return False
    for part in [*said.split('"')[1::2], "".join(said.split('"')[::2])]:
        opened: list[str] = []
        for char in part:
            if char in "([{«":
                opened.append(char)
            elif char in ")]}»" and (not opened or opened.pop() + char not in ("()", "[]", "{}", "«»")):
                return False
        if opened:
            return False
    return True


HOSTILE = [
    ("Use (in adults", 'Rest [a "calm', 'Rest [a "calm" room] (quiet) for two hours) or more', H),
    ("Use", "A (dose", "A dose) of «84 mg", H),
    ("Use " + '"quoted" (long) ' * 9, "Rest", "Rest (" + "many words " * 40 + ")", L),
]


@pytest.mark.parametrize("case", [*EXPECTED, *QUIET, *HOSTILE], ids=lambda case: case[2][:40])
def test_quotes_and_brackets_come_in_pairs(case):
    """In summary and reasons of every pair, both ways, also where the document's own are open."""
    heading, before, after, *_ = case
    old, new = text(section(heading, before, "Other.")), text(section(heading, after, "Other."))
    for comparison in (compare(old, new), compare(new, old), compare(text("x"), new), compare(new, text("x"))):
        for said in (comparison.summary, *comparison.reasons):
            assert is_balanced(said), said
            assert len(said) <= 150, said


def test_the_weightiest_edit_leads_the_summary():
    """Of several edits the weightiest is told, with a count of the others."""
    old = text(
        section("About", "A blue page."),
        section("Monitoring", "Watch for two hours.", "A calm room."),
        section("Contact", "Call 301-555-0100."),
    )
    new = text(
        section("About", "A green page."),
        section("Monitoring", "Watch for one hour.", "A calm, warm room."),
        section("Contact", "Call 301-555-0101."),
    )
    comparison = compare(old, new)
    assert comparison.summary == "Monitoring: two hours → one hour; 3 more edits in 3 sections"
    assert comparison.reasons[0] == '"two hours" → "one hour" in Monitoring'


def test_a_summary_never_cuts_a_word():
    """Long words and lines are cut between words, with an ellipsis."""
    long = " ".join(["administration"] * 40)
    summary = compare(text(section("Use", "Other.")), text(section("Use", "Other.", long))).summary
    assert len(summary) <= 130
    assert summary.endswith('administration…"')
