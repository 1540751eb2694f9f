"""Tables, columns and constraints. No behaviour: the services change rows.

CHECKs, unique indexes, foreign keys and the triggers of `portal.database` make the database refuse invalid rows.
"""

from portal.database import create_triggers_with
from portal.extensions import Base
from portal.models.calendar import CalendarNotice
from portal.models.deadlines import Extension
from portal.models.form_posts import FormPost
from portal.models.full_text import IndexedCopy, IndexedRevision
from portal.models.jobs import Job, JobInput
from portal.models.library import IndexedIndicator, IndexedSentence, LibraryEntry
from portal.models.notices import Digest, MailAddress, Notice, NoticeMute
from portal.models.people import Assignment, BudgetYear, Office, OfficeMerger, StandIn, User, UserRole, UserSession
from portal.models.record import AuditEntry, AuditHead, RefusalCount, SignInFailure
from portal.models.register import NoProjects, RegisterEntry, Voiding
from portal.models.review import (
    AdjustmentRequest,
    BureauNote,
    Conclusion,
    Dismissal,
    ExplainedFinding,
    Explanation,
    FindingCount,
    Opinion,
    OpinionEvent,
    Participation,
    ReviewFacts,
    RevisionFindings,
)
from portal.models.tables import (
    Attachment,
    Change,
    DiscardedDraft,
    Enclosure,
    HandUpEvent,
    Origin,
    Presence,
    Revision,
    TargetTable,
    UndoneStep,
)

__all__ = [
    "AdjustmentRequest",
    "Assignment",
    "Attachment",
    "AuditEntry",
    "AuditHead",
    "Base",
    "BudgetYear",
    "BureauNote",
    "CalendarNotice",
    "Change",
    "Conclusion",
    "Digest",
    "DiscardedDraft",
    "Dismissal",
    "Enclosure",
    "ExplainedFinding",
    "Explanation",
    "Extension",
    "FindingCount",
    "FormPost",
    "HandUpEvent",
    "IndexedCopy",
    "IndexedIndicator",
    "IndexedRevision",
    "IndexedSentence",
    "Job",
    "JobInput",
    "LibraryEntry",
    "MailAddress",
    "NoProjects",
    "Notice",
    "NoticeMute",
    "Office",
    "OfficeMerger",
    "Opinion",
    "OpinionEvent",
    "Origin",
    "Participation",
    "Presence",
    "RefusalCount",
    "RegisterEntry",
    "ReviewFacts",
    "Revision",
    "RevisionFindings",
    "SignInFailure",
    "StandIn",
    "TargetTable",
    "UndoneStep",
    "User",
    "UserRole",
    "UserSession",
    "Voiding",
]

create_triggers_with(Base.metadata)
