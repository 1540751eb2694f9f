"""The text form of a 部门预算绩效文本: what an office gets when it saves its Word file as plain text.

Two parts, 部门整体绩效目标 and 预算项目绩效目标. In the second a *cell* is a line that begins with TAB and
runs on over the lines below it, blank ones included, until the next cell or heading; blank lines at
its end are layout. Captions and the order of cells are those of the table's form, see `places`.
Beyond what offices write, some writings exist so that every document survives the way through a
file; readers of other files never meet them:

* in front of a table a row with 项目编码 or 项目名称 and its value, where the form does not show it;
* below everything else 表样以外的内容: caption and value of each text that the form has no place for;
* U+3000 alone in a level cell: really blank, where an empty cell would mean "as above";
* two fields in one cell that could not be told apart: parted by U+3000, two or more of it;
* U+2060 before a line of a text that would read as a heading, and before each further line of the
  name of a duty or safeguard;
* a last line `审计记录：…`: the head of the audit log, printed on exports and skipped in reading.

What belongs here: this form, both ways. What a text means is the domain's business.
"""

from portal.formats.text.reader import MAX_BYTES, read
from portal.formats.text.writer import write

__all__ = ["MAX_BYTES", "read", "write"]
