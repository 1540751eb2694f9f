"""The text form of a 部门预算绩效文本: what an office gets when it saves its Word file as plain text.

Two parts, 部门整体绩效目标 and 预算项目绩效目标. In the second a *cell* is a line that begins with TAB and
runs on over the lines below it, blank ones included, until the next cell or heading; blank lines at
its end are layout. Beyond what offices write, four writings exist so that every document survives
the way through a file; readers of other files never meet them:

* U+3000 alone in a level cell: really blank, where an empty cell would mean "as above";
* an office whose code is not 6–12 digits: code, at least two U+3000 (more than in code or name), name;
* U+2060 before a line of a text that would read as a heading, and before each further line of the
  name of a duty or safeguard;
* a last line `审计记录：…`: the head of the audit log, printed on exports and skipped in reading.

What belongs here: this form, both ways. What a text means is the domain's business.
"""

from portal.formats.text.reader import MAX_BYTES, read
from portal.formats.text.writer import write

__all__ = ["MAX_BYTES", "read", "write"]
