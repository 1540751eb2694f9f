"""A worksheet of XlsxWriter with two differences: rows that keep fitting their texts, and formulas taken as they are.

XlsxWriter marks every height as chosen by hand, so that Excel would not fit the row again when its text grows; without
a height, LibreOffice shows one line only. So list rows get an estimated height without that mark.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet


class FittedSheet(Worksheet):  # type: ignore[misc] # published without types
    def __init__(self) -> None:
        super().__init__()
        self._fitted: set[str] = set()

    def fit_row(self, row: int, height: float) -> None:
        """Set the height in points until the text of the row changes."""
        self.set_row(row, height)
        self._fitted.add(str(row + 1))

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        if tag == "row" and str(dict(attributes)["r"]) in self._fitted:
            attributes = [each for each in attributes if each[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """XlsxWriter looks for each of 150 newer functions, which takes longer than all the rest; we use none."""
        return formula.removeprefix("=")
