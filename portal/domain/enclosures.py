"""Enclosures of a submission: explanations of warnings, and attachments by their digest.

Plain values and their canonical JSON. Storage of files, and who may add them when, do not belong here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from portal.domain import documents
from portal.domain.documents import Document


@dataclass(frozen=True, slots=True)
class EnclosedExplanation:
    """The office's reason for keeping what `rule` warns about at `path`; `by` is a person's name."""

    rule: str
    path: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class EnclosedAttachment:
    """A supporting document. digest: SHA-256 of its bytes; size: their number.

    by: a person's name; at: when that person added it, UTC in ISO format.
    """

    name: str
    digest: str
    size: int
    media_type: str
    by: str = ""
    at: str = ""

    @property
    def added_at(self) -> datetime | None:
        return datetime.fromisoformat(self.at) if self.at else None


@dataclass(frozen=True, slots=True)
class Enclosures:
    explanations: tuple[EnclosedExplanation, ...] = ()
    attachments: tuple[EnclosedAttachment, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.explanations or self.attachments)

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON in lower-case hex; "" without enclosures."""
        return digest(canonical(self)) if self else ""


def canonical(enclosures: Enclosures) -> str:
    """Canonical JSON in the format of `serialization.canonical`."""
    return json.dumps(asdict(enclosures), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Enclosures:
    """The enclosures of a text that `canonical` wrote."""
    plain = json.loads(text)
    return Enclosures(
        tuple(EnclosedExplanation(**each) for each in plain["explanations"]),
        tuple(EnclosedAttachment(**each) for each in plain["attachments"]),
    )


def attachments_changed(
    old: Sequence[EnclosedAttachment], new: Sequence[EnclosedAttachment]
) -> tuple[tuple[EnclosedAttachment, ...], tuple[EnclosedAttachment, ...]]:
    """(removed, added) between two revisions; a file with the same name and digest counts as unchanged."""
    before, after = ({(each.name, each.digest) for each in side} for side in (old, new))
    return (
        tuple(each for each in old if (each.name, each.digest) not in after),
        tuple(each for each in new if (each.name, each.digest) not in before),
    )


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def subject(document: Document, path: str) -> str:
    """Digest of the texts at and below `path` ("" = all). An explanation given for them lapses when it changes."""
    below = f"{path}/"
    entries = [
        f"{at}\0{text}"
        for at, text in documents.texts(document).items()
        if path == "" or at == path or at.startswith(below)
    ]
    return digest("\0".join(entries))
