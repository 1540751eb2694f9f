"""Supporting documents: which files are taken, told by their content, how many, and under what name.

Bytes and names only. What a revision keeps of one, `EnclosedAttachment`, stands in `domain.enclosures`; files are kept
by `storage`.
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
