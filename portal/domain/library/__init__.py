"""The indicator library: indicators that a reviewer would approve, by class of spending, and suggestions from them.

Callers import from here. The entries are data, one TOML file for each class beside this module. Callers pass in the
bureau's changes as `Override` and indicators approved elsewhere as `Candidate`.
"""

from portal.domain.library.guessing import category_of_name, completed_value, kind_of_name
from portal.domain.library.levels import kind_meant, levels_at, levels_of
from portal.domain.library.ranking import Candidate, Source, candidates_of, suggest
from portal.domain.library.shape import Category, Entry, IndicatorKind, Override, check, unit_of, with_changes
from portal.domain.library.shipped import CATEGORIES, ENTRIES, get
from portal.domain.target_values import BLANK

__all__ = [
    "BLANK",
    "CATEGORIES",
    "ENTRIES",
    "Candidate",
    "Category",
    "Entry",
    "IndicatorKind",
    "Override",
    "Source",
    "candidates_of",
    "category_of_name",
    "check",
    "completed_value",
    "get",
    "kind_meant",
    "kind_of_name",
    "levels_at",
    "levels_of",
    "suggest",
    "unit_of",
    "with_changes",
]
