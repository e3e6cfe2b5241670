"""Small whole documents of the kinds that are watched, in a short notation: a label, a guideline, a rule, a policy …

``#`` begins a heading, ``-`` an item (two spaces before it: nested), ``1.`` stays in the text, ``|`` a row whose first in
a table holds the heads. Every word is ours; publishers, products and numbers are invented.
"""

from __future__ import annotations

from guidetrack.models import Block, BlockKind, Section, Text


def document(notation: str, language: str = "en") -> Text:
    """A text of the notation."""
    sections: list[Section] = []
    path: tuple[str, ...] = ()
    made: list[Block] = []
    heads: tuple[str, ...] = ()
    for line in [*notation.strip().split("\n"), "# "]:
        if not line.startswith("|"):
            heads = ()
        if line.startswith("#"):
            if path or made:
                sections.append(Section(path, len(path), tuple(made)))
            marks, _, title = line.partition(" ")
            path, made = (*path[: len(marks) - 1], title), []
        elif line.startswith("|"):
            cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
            made.append(Block(BlockKind.ROW, " | ".join(cells), key=cells[0], headers=heads))
            heads = heads or cells
        elif line.lstrip().startswith("- "):
            made.append(Block(BlockKind.ITEM, line.lstrip()[2:], 1 + line.startswith("  ")))
        elif line.strip():
            made.append(Block(BlockKind.PARAGRAPH, line.strip()))
    return Text(tuple(sections), language=language)


LABEL = """
# Exnasal prescribing information
## 1 Indications and usage
Exnasal is indicated, together with an oral antidepressant, for treatment-resistant depression in adults.
Limitations of use: Exnasal is not approved as an anaesthetic agent.
## 2 Dosage and administration
### 2.1 Before each session
Measure blood pressure. Above 140 mmHg systolic or 90 mmHg diastolic, weigh benefit and risk before dosing.
Patients should not eat for at least 2 hours before a dose.*
* This does not apply to small sips of water.
### 2.2 Recommended dose
| Phase | Dose (mg) | How often |
| Induction | 56 or 84 | twice a week |
| Maintenance, first month | 56 or 84 | once a week |
| Maintenance, later on | 56 or 84 | every 2 weeks or once a week |
Each device delivers 28 mg in two sprays. Doses of 28–56 mg suit older adults.
## 4 Contraindications
Exnasal is contraindicated in patients with any of the following:
- aneurysmal vascular disease
- a history of intracerebral haemorrhage
- hypersensitivity to ketamine
## 5 Warnings and precautions
### 5.1 Sedation
Patients must be watched for at least two hours after each dose by a health care provider.
### 5.2 Dissociation
Feeling detached was reported by 61% to 84% of patients. See section 5.1 for the time of watching.
### 5.3 Driving
Patients must not drive until the day after a dose, following a restful sleep.
## 8 Use in specific populations
Exnasal is not recommended during pregnancy. Women of childbearing potential should use contraception.
No dose adjustment is needed in mild renal impairment.
## 16 How supplied
Store between 20 °C and 25 °C. Carton of two devices, NDC 12345-028-01.
Call 1-800-555-0101 to report side effects.
"""

GUIDE = """
# Depression in adults: esketamine
## 1 Recommendations
1.1 Consider esketamine nasal spray for adults whose depression has not responded to at least 2 antidepressants.
1.2 Do not offer esketamine to people under 18.
1.3 Offer people written information about benefits, risks and costs before the first dose.
1.4 Ketamine infusions should only be used in a research setting.
## 2 Evidence
The committee judged the evidence to be of low certainty. Remission at 4 weeks was 53% with esketamine and 39% with placebo.
The benefit was not seen after 6 months.
## 3 Monitoring
Health professionals should record blood pressure before a dose and 40 minutes after it.
People may leave when they are clinically stable and a second member of staff agrees.
## 4 Costs
One year of treatment costs about £10,554 per person (excluding VAT).
## 5 Status
This guideline is a draft for consultation. Comments close on 14 August 2026.
A review of this guideline is planned for 2029.
"""

RULE = """
# Telemedicine flexibilities for controlled medications
## Summary
The flexibilities remain in place through 31 December 2026.
A practitioner may prescribe schedule III to V medications after an audio-video visit without an in-person evaluation.
Schedule II medications may be prescribed only if the patient has been seen in person.
## Who may prescribe
The practitioner must hold a registration in the state where the patient is located and must check the PDMP.
Audio-only visits are permitted where the patient does not consent to video.
## Records
Records must be kept for 2 years and made available within 3 business days.
A practitioner who does not keep records is not exempt from inspection.
## Definitions
Practitioner means a physician or a nurse practitioner registered under 21 CFR 1301.13.
Ketamine is listed in Schedule III of the Act.
## Contact
Write to Diversion Control Division, 8701 Example Drive, or send an e-mail to telemedicine@agency.example.
"""

PAYER = """
# Medical policy 07-114: esketamine
Effective date: 1 January 2026. Last review: October 2025.
## Initial approval
Approval requires all of the following:
- The member is 18 years of age or older
- A diagnosis of treatment-resistant depression
- Failure of at least two antidepressants from different classes, one of:
  - an SSRI
  - an SNRI
  - bupropion
- Prescribed by or in consultation with a psychiatrist
Approval is granted for 3 months.
## Renewal
Renewal requires a drop of at least 50% in the PHQ-9 score.
Renewal is granted for 12 months.
## Exclusions
Coverage is not provided for:
- ketamine infusion for depression
- use at home
## Quantity limits
| Phase | Devices | Days |
| Induction | 24 | 28 |
| Maintenance | 12 | 28 |
## Coding
| Code | What it is | Covered |
| G2082 | visit with up to 56 mg | yes |
| G2083 | visit with more than 56 mg | yes |
| J3490 | unclassified drug | no |
## Revision history
October 2025: annual review, no changes.
"""

NATIONAL = """
# Ketamine and esketamine: prescribing in the states
## Classification
Ketamine is a Schedule 8 medicine. Esketamine is a Schedule 8 medicine from 1 March 2026.
## Permits
A prescriber must hold a permit before treating a patient for longer than 2 months.
A permit is not required for treatment in a hospital.
## Settings
Treatment takes place in a clinic with:
- a registered nurse and a medical practitioner on site
- oxygen and suction
- a defibrillator
## Recall
Class II recall: cartons of lot 24K17 may lack a nozzle. Return stock by 30 June 2026.
## Older notices
The notice of May 2021 is superseded by this page.
"""

ALERT = """
# Compounded ketamine: what prescribers should know
## What is the concern
Compounded ketamine is not approved by the agency. Oral forms taken at home raise the risk of sedation and misuse.
The agency received 26 reports of serious harm between January 2023 and June 2025.
## Advice for prescribers
- Do not dispense more than a 7-day supply.
- Ask about a history of substance use and of high blood pressure.
- Watch patients after every dose, unless a trained observer is present at home.
## Advice for pharmacies
Pharmacies under section 503A may compound for an identified patient. They may not make copies of approved products.
Outsourcing facilities must report each batch every six months.
## Report harm
Report side effects online or call 1-800-555-0188.
"""

BOARD = """
# Rule 12-7: office-based ketamine
## 12-7.1 Registration
A clinic must register with the board every two years. The fee is $500.
## 12-7.2 Staffing
A physician must be on site and immediately available while ketamine is given.
One registered nurse may watch up to three patients at a time.
Staff must hold current ACLS certification.
## 12-7.3 Prohibited acts
A clinic shall not:
- supply ketamine for injection at home
- advertise ketamine as a cure
## 12-7.4 Exceptions
This rule does not apply to hospitals, ambulatory surgery centres or dental offices.
## 12-7.5 Reporting
A death or a transfer to a hospital must be reported within 48 hours.
"""

SOCIETY = """
# Consensus statement on ketamine in mood disorders
## Selection
Patients with psychosis or an unstable heart condition should not be treated.
Pregnancy is a relative contraindication.
## Dose
The usual dose is 0.5 mg/kg over 40 minutes, two or three times a week for 2 to 4 weeks.
Doses above 1 mg/kg are not supported by evidence.
## Evidence
| Use | Line | Level |
| Unipolar depression, intravenous | second-line | 1 |
| Bipolar depression, intravenous | third-line | 3 |
| Oral ketamine | investigational | 4 |
## Consent
Patients need to sign a consent form that says the use is off-label.
## Authors
The panel met four times. Funding came from members' fees only.
"""

GERMAN = """
# Esketamin Nasenspray: Fachinformation
## 4.1 Anwendungsgebiete
Esketamin wird in Kombination mit einem SSRI oder SNRI bei Erwachsenen mit therapieresistenter Depression angewendet.
## 4.2 Dosierung
Die Anfangsdosis beträgt 56 mg. Patienten ab 65 Jahren beginnen mit 28 mg.
Die Behandlung darf nur unter Aufsicht erfolgen. Der Blutdruck muss vor jeder Gabe gemessen werden.
## 4.3 Gegenanzeigen
Esketamin darf nicht angewendet werden bei:
- Aneurysma
- Hirnblutung in der Vorgeschichte
## Beschluss
Ein Zusatznutzen ist nicht belegt. Der Beschluss gilt bis zum 1. Oktober 2026.
## Kontakt
Telefon 030 5550101
"""

FRENCH = """
# Eskétamine: avis et conditions
## Indications
Chez l'adulte de moins de 65 ans, en association à un ISRS, après échec d'au moins deux antidépresseurs.
## Prescription
La prescription est réservée aux psychiatres. Le patient doit être surveillé pendant au moins deux heures.
Le patient ne doit pas conduire avant le lendemain.
## Avis
Le service médical rendu est faible. La Commission donne un avis favorable au remboursement.
L'avis est valable jusqu'au 30 juin 2026.
## Contact
Écrire à info@agence.example
"""

SPANISH = """
# Esketamina: condiciones de uso
## Indicación
Adultos de 18 a 74 años con depresión resistente a tres tratamientos o más.
## Administración
La administración debe realizarse en un hospital. El paciente no debe conducir hasta el día siguiente.
Se recomienda medir la tensión arterial a los 40 minutos.
## Contraindicaciones
- aneurisma
- hemorragia intracerebral
## Financiación
El medicamento está financiado hasta el 31 de diciembre de 2026.
"""
