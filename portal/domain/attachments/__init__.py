"""Supporting documents: accepted kinds by content, limits, safe names.

Works on bytes and names only. `domain.enclosures` has `EnclosedAttachment`, the part that a revision keeps; `storage`
stores the files.
"""

from portal.domain.attachments.kinds import (
    ENDINGS,
    HOW_MUCH,
    MAX_AT_ONCE,
    MAX_FILE,
    MAX_FILES,
    MAX_TABLE,
    WHAT_IS_TAKEN,
    MediaType,
    check_room,
    in_megabytes,
)
from portal.domain.attachments.names import safe_name
from portal.domain.attachments.recognising import recognise

__all__ = [
    "ENDINGS",
    "HOW_MUCH",
    "MAX_AT_ONCE",
    "MAX_FILE",
    "MAX_FILES",
    "MAX_TABLE",
    "WHAT_IS_TAKEN",
    "MediaType",
    "check_room",
    "in_megabytes",
    "recognise",
    "safe_name",
]
