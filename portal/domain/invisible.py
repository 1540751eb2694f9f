"""Characters that show nothing: soft hyphens, joiners, marks of direction. They come with texts copied from elsewhere.

In a field of one line they can only be noise (a code that no search finds, an amount that is no number), so such fields
lose them where they come in. Texts of several lines keep them; rule W16 points them out.
"""

from __future__ import annotations

import re

INVISIBLE = "\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""The inside of a bracket expression."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]")


def without_invisible(text: str) -> str:
    return _INVISIBLE.sub("", text)
