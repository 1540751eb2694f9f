"""The text format of a 部门预算绩效文本: the plain text that Word saves from an office's file. Reader and writer.

Two parts: 部门整体绩效目标 and 预算项目绩效目标. In the second part a *cell* is a line that starts with TAB plus the
lines below it, blank lines included, up to the next cell or heading; blank lines at its end are layout. Captions and
order of the cells follow the table's form, see `places`. The writer adds the following markers, so that every document
round-trips; files of offices do not contain them:

* in front of a table, a row with 项目编码 or 项目名称 and its value, if the form does not show the field;
* below the list, 表样以外的内容: caption and value of each text that the form does not show;
* U+3000 alone in a level cell: the level is blank; an empty cell means "as above";
* two or more U+3000 between two fields of one cell that could not be separated otherwise;
* U+2060 (guard) before a line of a text that would read as a heading, and before each further line of the name of a
  duty or safeguard;
* a last line `审计记录：…`: the head of the audit log, written on exports and skipped by the reader.

The meaning of a text is not here but in the domain.
"""

from portal.formats.text.reader import MAX_BYTES, NoTables, read
from portal.formats.text.writer import write

__all__ = ["MAX_BYTES", "NoTables", "read", "write"]
