"""Pages in the manner of medicines agencies and law portals."""

from __future__ import annotations

from planted import Planted

FDA = Planted("drupal agency with accordion", """<!doctype html><html lang="en" dir="ltr"><head><title>Ketamine products from compounders | Agency</title>
<meta name="csrf" content="a1b2c3"><script>var nonce="7f3a";</script></head><body class="path-node page-node-type-article">
<a href="#main-content" class="visually-hidden focusable skip-link">Skip to main content</a>
<section class="usa-banner" aria-label="Official"><div class="usa-accordion"><header class="usa-banner__header"><p>An official website of the government</p></header></div></section>
<header role="banner" class="lcds-header"><div class="lcds-logo"><a href="/">Agency</a></div><nav role="navigation"><ul><li><a href="/food">Food</a></li><li><a href="/drugs">Drugs</a></li><li><a href="/devices">Devices</a></li></ul></nav></header>
<div class="dialog-off-canvas-main-canvas" data-off-canvas-main-canvas><main id="main"><article id="main-content" class="row">
<nav class="lcds-breadcrumb" aria-labelledby="system-breadcrumb"><ol><li><a href="/">Home</a></li><li><a href="/drugs">Drugs</a></li><li>Compounding</li></ol></nav>
<div class="alert alert-info" role="alert"><p>Update 3 March: one outsourcing facility stopped shipping its nasal product.</p></div>
<header class="content-header"><h1 class="content-title text-center">Agency warns about compounded ketamine for psychiatric disorders</h1>
<div class="lcds-share"><ul class="share-list"><li><a href="https://facebook.example">Share</a></li><li><a href="https://x.example">Post</a></li><li><a href="mailto:?">Email</a></li><li>231 shares</li></ul></div></header>
<div class="col-md-8 main-content" role="main"><p><strong>[10/10/2023]</strong> Ketamine is <em>not</em> approved for the treatment of any psychiatric disorder.</p>
<p>Patients who receive compounded products for use at home may not be watched by a health care provider for sedation, dissociation or changes of blood pressure. Blood pressure was 190/110 mm Hg in one report.</p>
<div class="panel-group" id="accordion"><div class="panel panel-default"><div class="panel-heading"><h4 class="panel-title"><a data-toggle="collapse" href="#c1">Information for patients</a></h4></div>
<div id="c1" class="panel-collapse collapse"><div class="panel-body"><ul><li>Do not use the product at home without supervision.</li><li>Tell your prescriber about high blood pressure.</li></ul></div></div></div>
<div class="panel panel-default"><div class="panel-heading"><h4 class="panel-title"><a data-toggle="collapse" href="#c2">Information for prescribers</a></h4></div>
<div id="c2" class="panel-collapse collapse" aria-hidden="true"><div class="panel-body"><p>Observe for 2 hours.</p></div></div></div></div>
<p>Read the <a href="/media/173/download?attachment">dear provider letter (PDF - 120 KB)</a>.</p></div>
<aside class="col-md-4" role="complementary"><section class="lcds-card"><h2>Content current as of:</h2><p><time datetime="2023-10-10T12:00:00Z">10/10/2023</time></p></section>
<section class="lcds-card"><h2>Regulated Product(s)</h2><ul><li>Drugs</li><li>Prescription Drugs</li></ul></section></aside></article></main></div>
<div class="block-feedback"><form action="/feedback"><p>Was this page helpful?</p><input type="hidden" name="form_build_id" value="form-x1"></form></div>
<footer role="contentinfo" class="lcds-footer"><ul><li><a href="/about">About</a></li><li><a href="/contact">Contact</a></li></ul></footer></body></html>""",
    edits=(("<em>not</em> approved", "approved"), ("190/110", "180/110"), ("Do not use the product", "Use the product"),
           ("Observe for 2 hours", "Observe for 1 hour"), ("one outsourcing facility stopped", "two outsourcing facilities stopped"),
           ("/media/173/download", "/media/188/download"), ("<li>Tell your prescriber about high blood pressure.</li>", "")),
    noise=(("nonce=\"7f3a\"", "nonce=\"9c21\""), ("231 shares", "245 shares"), ("form-x1", "form-y2"), ("<li><a href=\"/devices\">Devices</a></li>", "<li><a href=\"/devices\">Devices</a></li><li><a href=\"/vet\">Veterinary</a></li>"),
           ("<time datetime=\"2023-10-10T12:00:00Z\">10/10/2023</time>", "<time datetime=\"2023-10-12T12:00:00Z\">10/12/2023</time>"), ("<li>Compounding</li>", "<li>Human drug compounding</li>")))

DIVERSION = Planted("old agency site of tables and font tags", """<html><head><title>Diversion - Telemedicine flexibilities</title></head><body bgcolor="#ffffff">
<table width="100%" id="topnav"><tr><td><a href="/"><img src="seal.gif" alt="Seal"></a></td><td><a href="/reg">Registration</a> | <a href="/rep">Reporting</a> | <a href="/info">Info &amp; Legal Resources</a></td></tr></table>
<table width="780"><tr><td width="170" valign="top"><div class="leftnav"><a href="/a">Cases against doctors</a><br><a href="/b">Chemical control</a><br><a href="/c">Drug schedules</a><br><a href="/d">Federal register notices</a></div></td>
<td valign="top"><font size="2"><center><b>Questions and answers</b></center><br>
<b>Question:</b> May a practitioner prescribe a schedule III substance after an audio-video visit?<br><br>
<b>Answer:</b> Yes, through December 31, 2026, if the conditions of the temporary rule are met. The practitioner must hold a registration in the state where the patient is located.<br><br>
<table border="1"><tr><th>Schedule</th><th>Substance</th><th>Refills</th></tr><tr><td>II</td><td>Remimazolam base</td><td>0</td></tr><tr><td>III</td><td>Ketamine</td><td>5 in 6 months</td></tr><tr><td>III</td><td>Esketamine</td><td>5 in 6 months</td></tr></table>
<p>EO-DEA265, DEA-DC-071, <i>March 31, 2024</i></p></font></td></tr></table>
<table width="100%"><tr><td align="center"><font size="1"><a href="/priv">Privacy policy</a> | <a href="/acc">Accessibility</a> | <a href="/foia">FOIA</a> | You are visitor 1,204,551</font></td></tr></table></body></html>""",
    edits=(("December 31, 2026", "December 31, 2027"), ("<td>Ketamine</td><td>5 in 6 months</td>", "<td>Ketamine</td><td>0</td>"), ("must hold", "need not hold"),
           ("<b>Answer:</b> Yes", "<b>Answer:</b> No"), ("<tr><td>III</td><td>Esketamine</td><td>5 in 6 months</td></tr>", "")),
    noise=(("1,204,551", "1,204,987"), ("<a href=\"/d\">Federal register notices</a>", "<a href=\"/d\">Federal register notices</a><br><a href=\"/e\">Quotas</a>"), ("| <a href=\"/foia\">FOIA</a>", "")))

REGISTER = Planted("rule in an official gazette", """<!doctype html><html lang="en"><head><title>Gazette :: Telehealth prescribing</title></head><body class="documents">
<div class="bar" id="header"><div class="utility"><a href="/my">My account</a> <a href="/clip">Clipboard (0)</a></div><ul class="menu"><li><a href="/sections/money">Money</a></li><li><a href="/sections/health">Health</a></li><li><a href="/sections/science">Science</a></li></ul></div>
<div class="main" id="main"><div class="document-clipping-actions"><a href="#">Add to clipboard</a></div>
<div id="fulltext_content_area" class="fulltext_content_area"><div class="agency"><h1>Third temporary extension of telehealth flexibilities</h1></div>
<div class="content-block document-details"><dl class="metadata_list"><dt>Agencies:</dt><dd>Department of Justice</dd><dt>Dates:</dt><dd>Effective January 1, 2026 through December 31, 2026.</dd><dt>Comments close:</dt><dd>01/20/2026</dd><dt>Page views:</dt><dd class="doc-views">10,233 as of 11/22/2026 at 2:15 am</dd><dt>CFR:</dt><dd>21 CFR 1307</dd></dl></div>
<h2 id="h-1">SUMMARY:</h2><p id="p-1" data-page="1">This rule extends the flexibilities for prescribing controlled medications for <span class="printed-page" data-page="53"></span> twelve months.</p>
<h2 id="h-2">SUPPLEMENTARY INFORMATION:</h2><p id="p-2">Practitioners may prescribe schedule III medications, including ketamine, without a prior in-person evaluation.<sup>[<a href="#footnote-1-p5" class="footnote-reference">1</a>]</sup></p>
<div class="amendment-part"><p class="amendment-part"><span class="amendment-part-number">1.</span> In § 1307.41, revise paragraph (c) to read as follows:</p><div class="section"><h4>§ 1307.41 Temporary extension.</h4><p id="p-44">* * * * *</p><p>(c) The waiver expires at the end of December 31, 2026.</p></div></div>
<div class="footnotes"><hr><div class="footnote" id="footnote-1-p5"><p>1. The evaluation must be conducted by a practitioner registered in at least one state.</p></div></div></div>
<div class="doc-aside sidebar"><h5>Enhanced content</h5><ul><li><a href="/t">Table of contents</a></li><li><a href="/c">Public comments (1,833)</a></li><li><a href="/s">Sharing</a></li></ul></div></div>
<div id="footer" class="footer"><ul><li><a href="/about">About</a></li><li><a href="/privacy">Privacy</a></li></ul></div></body></html>""",
    edits=(("Effective January 1, 2026 through December 31, 2026", "Effective January 1, 2026 through June 30, 2026"), ("<dd>01/20/2026</dd>", "<dd>02/20/2026</dd>"),
           ("without a prior", "only with a prior"), ("expires at the end of December 31, 2026", "expires at the end of June 30, 2026"), ("at least one state", "each state"), ("21 CFR 1307", "21 CFR 1306")),
    noise=(("10,233 as of 11/22/2026 at 2:15 am", "10,301 as of 11/23/2026 at 3:15 am"), ("Public comments (1,833)", "Public comments (1,840)"), ("Clipboard (0)", "Clipboard (1)"), ("<span class=\"printed-page\" data-page=\"53\"></span>", "")))

GOVUK = Planted("government publishing components", """<!doctype html><html class="govuk-template" lang="en"><head><title>Controlled drugs: ketamine - GOV.UK</title><meta name="govuk:updated-at" content="2026-01-02T10:00:00Z"></head><body class="govuk-template__body">
<div id="global-cookie-message" class="gem-c-cookie-banner govuk-cookie-banner" data-nosnippet><div class="govuk-cookie-banner__message"><h2>Cookies on this site</h2><p>We use some essential cookies.</p><button>Accept additional cookies</button></div></div>
<header role="banner" class="gem-c-layout-super-navigation-header"><div><a href="/">GOV</a><nav><ul><li><a href="/browse">Topics</a></li><li><a href="/gov">Government activity</a></li></ul></nav></div></header>
<div class="govuk-width-container"><div class="gem-c-breadcrumbs"><ol><li><a href="/">Home</a></li><li><a href="/health">Health</a></li></ol></div>
<main role="main" id="content" class="detailed-guide" lang="en"><div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds"><span class="govuk-caption-xl gem-c-title__context">Guidance</span><h1 class="gem-c-title__text">Controlled drugs: prescribing ketamine</h1></div></div>
<section class="gem-c-notice govuk-!-margin-bottom-4" aria-label="Notice"><h2 class="gem-c-notice__title">This guidance was reclassified on 4 May 2025</h2></section>
<div class="gem-c-metadata"><dl><dt>From:</dt><dd><a href="/moj">Home Department</a></dd><dt>Published</dt><dd>10 June 2014</dd><dt>Last updated</dt><dd>2 January 2026 <a href="#full-publication-update-history">— See all updates</a></dd></dl></div>
<div class="contents-list"><nav class="gem-c-contents-list" role="navigation"><h2>Contents</h2><ol><li><a href="#limits">Limits</a></li><li><a href="#storage">Storage</a></li></ol></nav></div>
<div class="gem-c-govspeak govuk-govspeak"><h2 id="limits">Limits</h2><p>Prescriptions should be limited to 30 days of treatment.</p><div class="call-to-action"><p>You must apply for a licence before you move ketamine over a border.</p></div>
<div role="note" aria-label="Warning" class="application-notice help-notice"><p>Ketamine is a Class B drug.</p></div>
<table><thead><tr><th scope="col">Purpose</th><th scope="col">Fee</th></tr></thead><tbody><tr><td>Supply</td><td>£3,655</td></tr><tr><td>Possession</td><td>£2,994</td></tr></tbody></table>
<h2 id="storage">Storage</h2><ol class="steps"><li>Keep it in a locked cabinet.</li><li>Record each withdrawal:<ul><li>the date</li><li>the quantity</li></ul></li></ol>
<section class="gem-c-attachment"><h3><a href="https://assets.example/media/61/form-a.pdf">Application form</a></h3><p>PDF, 120 KB, 4 pages</p></section></div>
<div class="gem-c-published-dates"><h2>Updates to this page</h2>Published 10 June 2014<br>Last updated 2 January 2026 <div id="full-publication-update-history" class="gem-c-published-dates__change-history js-hidden"><ol><li><time>2 January 2026</time><p>Raised the fee for supply licences.</p></li><li><time>10 June 2014</time><p>First published.</p></li></ol></div></div>
<div class="gem-c-print-link"><button>Print this page</button></div></main>
<div class="gem-c-contextual-sidebar"><div class="gem-c-related-navigation"><h2>Related content</h2><ul><li><a href="/x1">Controlled drug list</a></li><li><a href="/x2">Precursor chemicals</a></li><li><a href="/x3">Travelling with medicines</a></li></ul></div></div>
<div class="gem-c-feedback"><h3>Is this page useful?</h3><button>Yes</button><button>No</button></div></div>
<footer class="govuk-footer" role="contentinfo"><ul><li><a href="/help">Help</a></li><li><a href="/privacy">Privacy</a></li></ul><span>All content is available under the Open Licence v3.0, except where otherwise stated</span><a href="/c">© Crown copyright</a></footer></body></html>""",
    edits=(("limited to 30 days", "limited to 14 days"), ("You must apply", "You need not apply"), ("Class B drug", "Class A drug"), ("<td>Supply</td><td>£3,655</td>", "<td>Supply</td><td>£4,109</td>"),
           ("<li>the date</li><li>the quantity</li></ul></li>", "<li>the date</li></ul></li><li>the quantity</li>"),
           ("/media/61/form-a.pdf", "/media/72/form-b.pdf"), ("reclassified on 4 May 2025", "withdrawn on 4 May 2026"), ("Guidance</span>", "Withdrawn guidance</span>")),
    noise=(("<dd>2 January 2026 <a", "<dd>9 January 2026 <a"), ("<li><a href=\"/x3\">Travelling with medicines</a></li>", "<li><a href=\"/x4\">Storing medicines</a></li>"), ("We use some essential cookies.", "We use cookies."),
           ("<li><a href=\"/health\">Health</a></li>", "<li><a href=\"/health\">Health and social care</a></li>"), ("10:00:00Z", "11:00:00Z"), ("<li><a href=\"/gov\">Government activity</a></li>", "")))

EMA = Planted("agency medicine page with tabs", """<!doctype html><html lang="en"><head><title>Spravato | Agency</title></head><body>
<div id="cookie-consent-banner" class="wt-cookie"><p>This site uses cookies. Visit our <a href="/cookies">cookies policy page</a>.</p><a href="#accept">Accept all cookies</a><a href="#refuse">Refuse</a></div>
<header class="bcl-header" role="banner"><div class="bcl-header__site"><a href="/">Agency</a></div><nav class="navbar"><ul><li><a href="/m">Medicines</a></li><li><a href="/r">Human regulatory</a></li><li><a href="/v">Veterinary</a></li></ul></nav></header>
<main class="pb-5" id="main-content"><nav class="d-flex" aria-label="breadcrumb"><ol class="breadcrumb"><li><a href="/">Home</a></li><li>Spravato</li></ol></nav>
<div class="bcl-content-banner"><h1>Spravato</h1><span class="badge bg-success">Authorised</span><p>This medicine is authorised for use in the Union</p><p class="field">esketamine</p></div>
<ul class="nav nav-tabs" role="tablist"><li role="presentation"><button role="tab" id="t1">Overview</button></li><li role="presentation"><button role="tab" id="t2">Product details</button></li><li><button role="tab" id="t3">Assessment history</button></li></ul>
<div class="tab-content"><div role="tabpanel" id="p1" class="tab-pane fade show active"><h2>Overview</h2><p>Spravato is used with an SSRI or SNRI in adults whose depression has not responded to at least two treatments in the current episode. It can only be obtained with a prescription.</p></div>
<div role="tabpanel" id="p2" class="tab-pane fade" style="display:none"><h2>Product details</h2><dl class="row"><dt class="col">Active substance</dt><dd class="col">esketamine hydrochloride</dd><dt class="col">ATC code</dt><dd class="col">N06AX27</dd></dl>
<div class="ema-file"><div class="file-title">Spravato: product information</div><div class="d-flex"><span>First published: 20/12/2019</span><span>Last updated: 14/10/2025</span></div><a href="/en/documents/product-information/spravato-epar_en.pdf" download>View</a></div></div>
<div role="tabpanel" id="p3" class="tab-pane fade" hidden><p>Additional monitoring applies.</p></div></div>
<div class="ema-more"><h2>More information on Spravato</h2><p>The prescriber checks blood pressure about 40 minutes after dosing.</p></div>
<div class="bcl-related"><h2>Related content</h2><ul><li><a href="/n1">Meeting highlights</a></li><li><a href="/n2">Nasal sprays</a></li><li><a href="/n3">Depression</a></li></ul></div>
<div class="social-share"><p>Share this page</p><a href="#">Facebook</a><a href="#">LinkedIn</a></div></main>
<footer class="bcl-footer"><p>© 1995-2026 Agency</p><ul><li><a href="/legal">Legal notice</a></li></ul></footer></body></html>""",
    edits=(("Authorised</span>", "Withdrawn</span>"), ("at least two treatments", "at least three treatments"), ("<dd class=\"col\">N06AX27</dd>", "<dd class=\"col\">N01AX14</dd>"), ("Additional monitoring applies.", "Additional monitoring no longer applies."),
           ("about 40 minutes", "about 60 minutes"), ("spravato-epar_en.pdf", "spravato-epar-2_en.pdf"), ("authorised for use in", "no longer authorised in")),
    noise=(("<li><a href=\"/n1\">Meeting highlights</a></li>", "<li><a href=\"/n9\">New highlights</a></li>"), ("1995-2026", "1995-2027"), ("<li><a href=\"/v\">Veterinary</a></li>", ""), ("Last updated: 14/10/2025", "Last updated: 20/10/2025"),
           ("This site uses cookies.", "This website uses cookies to improve your experience.")))

MHRA = Planted("safety update with drug classes and article date", """<!doctype html><html lang="en"><head><title>Ketamine: bladder harm</title></head><body><div class="site"><div class="site-header"><a class="brand" href="/">Update</a><ul class="menu"><li><a href="/1">Latest</a></li><li><a href="/2">Archive</a></li><li><a href="/3">Subscribe</a></li></ul></div>
<div id="page"><div class="entry"><h1 class="entry-title">Ketamine: risk of bladder harm and liver harm</h1><div class="entry-meta">Posted by <a href="/e">Editors</a> on 4 March 2026 · 5 comments</div>
<p class="lead">Health care professionals should monitor liver function at baseline and every 3 months.</p><div class="highlight"><strong>Advice for prescribers:</strong><ul><li>stop treatment if transaminases exceed 3 times the upper limit of normal</li><li>ask about urinary symptoms at each visit</li></ul></div>
<blockquote><p>Cases were reported after as little as 6 weeks.</p></blockquote>
<details><summary>Background</summary><p>Between 2010 and 2025 we received 41 reports.</p></details>
<p class="ref"><a name="r1"></a>1. Summary of reports, 2nd edition.</p></div>
<div id="secondary" class="widget-area"><div class="widget"><h3>Recent updates</h3><ul><li><a href="/u1">Valproate</a></li><li><a href="/u2">Topiramate</a></li><li><a href="/u3">Isotretinoin</a></li></ul></div><div class="widget"><h3>Report a reaction</h3><p>Suspected reactions must be reported on a Yellow Card.</p></div></div></div>
<div id="colophon" class="site-footer"><p>Proudly powered by a CMS. 12 queries in 0.31 seconds.</p></div></div></body></html>""",
    edits=(("every 3 months", "every 6 months"), ("exceed 3 times", "exceed 5 times"), ("<li>ask about urinary symptoms at each visit</li>", ""), ("6 weeks", "8 weeks"), ("41 reports", "57 reports"), ("2nd edition", "3rd edition"), ("must be reported", "may be reported")),
    noise=(("5 comments", "7 comments"), ("<li><a href=\"/u1\">Valproate</a></li>", "<li><a href=\"/u9\">Finasteride</a></li>"), ("0.31 seconds", "0.28 seconds"), ("<li><a href=\"/3\">Subscribe</a></li>", "")))

TGA = Planted("agency scheduling decision with side notice", """<!doctype html><html lang="en-AU"><head><title>Scheduling of esketamine</title></head><body><div class="layout-container"><header class="health-header"><div class="block-system-branding-block"><a href="/">TGA</a></div><div class="block-search"><form><input type="search" name="q"></form></div></header>
<div class="region-notification"><div class="alert-banner"><p>Our phone lines are closed on Monday.</p></div></div>
<div class="l-page"><aside class="health-sidebar l-sidebar"><nav class="sidebar-nav"><ul><li><a href="/s1">Scheduling basics</a></li><li><a href="/s2">Decisions</a></li><li><a href="/s3">Committee meetings</a></li></ul></nav><div class="callout callout--warning"><h3>Withdrawn</h3><p>The earlier decision of May 2023 has been withdrawn.</p></div></aside>
<main class="l-content"><h1>Scheduling of esketamine</h1><div class="field--name-field-updated">Last updated: <time>1 July 2025</time></div><h2>Decision</h2><p>Esketamine is listed in Schedule 8.</p><p>Prescribing is restricted to authorised psychiatrists, except in an emergency.</p>
<div class="au-table"><table><caption>Table 1: Limits</caption><thead><tr><th>Form</th><th>Limit</th></tr></thead><tbody><tr><td rowspan="2">Nasal spray</td><td>28 mg per device</td></tr><tr><td>3 devices per visit</td></tr><tr><td colspan="2">Injection: not permitted outside hospitals</td></tr></tbody></table></div>
<dl class="def"><dt>Authorised psychiatrist</dt><dd>A psychiatrist approved under section 19.</dd></dl></main></div>
<footer class="health-footer"><div class="acknowledgement"><p>We acknowledge the traditional owners of country.</p></div><ul><li><a href="/foi">Freedom of information</a></li><li><a href="/jobs">Jobs</a></li></ul><p>Page reloaded 22 Nov 2026 10:14:33</p></footer></div></body></html>""",
    edits=(("Schedule 8", "Schedule 4"), ("except in", "even in"), ("28 mg per device", "14 mg per device"), ("3 devices", "2 devices"), ("not permitted", "permitted"), ("section 19", "section 22"), ("May 2023 has been withdrawn", "May 2023 stands")),
    noise=(("1 July 2025", "8 July 2025"), ("<li><a href=\"/s3\">Committee meetings</a></li>", "<li><a href=\"/s3\">Meetings</a></li><li><a href=\"/s4\">Fees</a></li>"), ("10:14:33", "11:02:01"), ("<li><a href=\"/jobs\">Jobs</a></li>", "")))

PAGES = (FDA, DIVERSION, REGISTER, GOVUK, EMA, MHRA, TGA)
