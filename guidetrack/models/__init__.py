"""The nouns: frozen values that travel between the stages, and the enums they use.

Every time is aware and UTC; every duration a ``timedelta``; every digest a lower-case hex SHA-256.
"""

from guidetrack.models.capture import (
    Capture,
    CaptureInfo,
    CaptureRef,
    Failure,
    Headers,
    Redirect,
    Validators,
    Verdict,
)
from guidetrack.models.change import Change, ComingDate, Comparison, Edit, Op, Review
from guidetrack.models.delivery import Delivery
from guidetrack.models.enums import (
    BlockKind,
    ChangeKind,
    DateKind,
    Decision,
    EditKind,
    Format,
    Level,
    OpKind,
    OutcomeKind,
    Reason,
    SourceKind,
)
from guidetrack.models.run import Backlog, Check, Memory, Outcome, Record, Report, Run, RunCounts, SourceStatus
from guidetrack.models.settings import FetchSettings, MailRoute, MailSettings, Settings, StoreSettings
from guidetrack.models.source import Items, Rules, Source
from guidetrack.models.text import Block, PublisherNote, Section, SetAside, StatedDate, Text

__all__ = [
    "Backlog",
    "Block",
    "BlockKind",
    "Capture",
    "CaptureInfo",
    "CaptureRef",
    "Change",
    "ChangeKind",
    "Check",
    "ComingDate",
    "Comparison",
    "DateKind",
    "Decision",
    "Delivery",
    "Edit",
    "EditKind",
    "Failure",
    "FetchSettings",
    "Format",
    "Headers",
    "Items",
    "Level",
    "MailRoute",
    "MailSettings",
    "Memory",
    "Op",
    "OpKind",
    "Outcome",
    "OutcomeKind",
    "PublisherNote",
    "Reason",
    "Record",
    "Redirect",
    "Report",
    "Review",
    "Rules",
    "Run",
    "RunCounts",
    "Section",
    "SetAside",
    "Settings",
    "Source",
    "SourceKind",
    "SourceStatus",
    "StatedDate",
    "StoreSettings",
    "Text",
    "Validators",
    "Verdict",
]
