"""Writer of a 部门预算绩效文本 as a Word document that looks like the official form. Word files are not read here."""

from portal.formats.word.writer import write

__all__ = ["write"]
