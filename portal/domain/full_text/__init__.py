"""Searching the texts of tables: the terms of the index, the language of the search box, excerpts of what was found.

How the terms are stored and compared belongs in `models.full_text` and `queries.full_text`; searching lists by name
and code in `domain.searching`.
"""

from portal.domain.full_text.excerpts import Excerpt, excerpts
from portal.domain.full_text.filters import (
    FILTERS,
    AmountRange,
    CodeText,
    Condition,
    NameText,
    OfficeText,
    RuleIds,
    StandingChoice,
    YearRange,
)
from portal.domain.full_text.query import (
    MAX_LENGTH,
    MAX_PARTS,
    Filter,
    SearchQuery,
    format_query,
    parse_query,
    unknown_names,
)
from portal.domain.full_text.terms import (
    holds,
    is_exact,
    rule_term,
    shown_texts,
    terms_of_text,
    terms_of_word,
    text_of,
    unit_term,
    year_term,
)

__all__ = [
    "FILTERS",
    "MAX_LENGTH",
    "MAX_PARTS",
    "AmountRange",
    "CodeText",
    "Condition",
    "Excerpt",
    "Filter",
    "NameText",
    "OfficeText",
    "RuleIds",
    "SearchQuery",
    "StandingChoice",
    "YearRange",
    "excerpts",
    "format_query",
    "holds",
    "is_exact",
    "parse_query",
    "rule_term",
    "shown_texts",
    "terms_of_text",
    "terms_of_word",
    "text_of",
    "unit_term",
    "unknown_names",
    "year_term",
]
