"""Writes a 部门预算绩效文本 as a Word document in the shape of the official form. Nothing is read from Word here."""

from portal.formats.word.writer import write

__all__ = ["write"]
