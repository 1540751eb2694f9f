"""Patterns of project codes: what is taken, what fits, masks."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import code_patterns, frameworks
from portal.domain.code_patterns import LONGEST_CODE, LONGEST_PATTERN
from portal.domain.errors import Invalid

CODE = "610-1301-JBN-3Y43"
ANCHORED = r"^\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}$"
OF_FRAMEWORKS = [frameworks.get(name).code_pattern for name in frameworks.available()]


# --- patterns ------------------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", [ANCHORED, *OF_FRAMEWORKS])
def test_fits_means_the_whole_code(pattern: str) -> None:
    assert code_patterns.fits(CODE, pattern)
    for other in (CODE[1:], CODE + "4", CODE + "\n", f" {CODE}", CODE.lower(), "", CODE.replace("610", "６１０")):
        assert not code_patterns.fits(other, pattern), other


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        (r"[A-Z]{2,4}\d+", "AB1"),
        (r"(A|B|CD){2}-\d*", "ACD-"),
        (r"(?:13|32)\d{16}", "13" + "0" * 16),
        (r"[]a\]^-]+x?", "]^-x"),
        (r"[^]\\\t]+", "a"),
        (r"\(\d{1,3}\)", "(12)"),
        ("a{", "a{"),
        (r"\d{,3}", "12"),
        (r"[{,3}]", "3"),
        (r"\{,3}", "{,3}"),
        (r"\A\d{2}\Z", "12"),
        (r"\\Z", r"\Z"),
        ("桥[一-龥]", "桥西"),
    ],
)
def test_patterns_stored_for_pythons_matcher_keep_their_meaning(pattern: str, code: str) -> None:
    code_patterns.check(pattern)
    assert code_patterns.fits(code, pattern)
    assert not code_patterns.fits(f"{code}\t", pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"(\d+)+", "(a|a){40}", "(a|aa)*", "((a?){8}){8}", "a?" * 30, r"\d*\d*\d*\d*\d*x", "([A-Z]|[A-Z0-9])+?-"],
)
def test_no_pattern_takes_long(pattern: str) -> None:
    code_patterns.check(pattern)
    began = time.process_time()
    for code in ("1" * 63 + "!", "A" * 63 + "!", "a" * 63 + "!", "1A" * 32):
        assert not code_patterns.fits(code, pattern)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "pattern",
    ["", "[", "a" * (LONGEST_PATTERN + 1), "(a", r"(a)\1", "(?=a)b", "(?<!a)b", "a++", "\ud800"],
)
def test_what_is_no_pattern_is_refused_at_its_field(pattern: str) -> None:
    with pytest.raises(Invalid, match="^(请填写)?项目编码的格式") as refusal:
        code_patterns.check(pattern)
    assert refusal.value.path == "code_pattern"
    with pytest.raises(Invalid, match="单位编码的格式") as refusal:
        code_patterns.check(pattern, "office_code_pattern")
    assert refusal.value.path == "office_code_pattern"
    with pytest.raises(Invalid):
        code_patterns.fits("a", pattern)


def test_long_or_damaged_code_does_not_fit() -> None:
    assert code_patterns.fits("a" * LONGEST_CODE, "a*")
    assert not code_patterns.fits("a" * (LONGEST_CODE + 1), "a*")
    assert not code_patterns.fits("\ud800", "a")


@given(st.text("\\dZAX[]{},3()^$|?*+.-9a", max_size=12), st.text("3aA.-9", max_size=5))
def test_any_text_is_a_pattern_or_refused(pattern: str, code: str) -> None:
    try:
        code_patterns.check(pattern)
    except Invalid:
        return
    assert code_patterns.fits(code, pattern) in (True, False)


# --- unit codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "pattern", "fits"),
    [
        ("610002", code_patterns.OFFICE_CODE_PATTERN, True),
        ("61002", code_patterns.OFFICE_CODE_PATTERN, False),
        ("６１０００２", code_patterns.OFFICE_CODE_PATTERN, False),
        ("610", r"^\d{3,12}$", True),
        ("610002001001", r"^\d{3,12}$", True),
        ("6100020010010", r"^\d{3,12}$", False),
    ],
)
def test_unit_code_fits_the_pattern_for_unit_codes(code: str, pattern: str, fits: bool) -> None:
    assert code_patterns.fits(code, pattern) is fits


# --- masks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "pattern", "example"),
    [
        ("NNN-NNNN-AAA-XXXX", r"\d{3}-\d{4}-[A-Z]{3}-[0-9A-Z]{4}", "123-4567-ABC-1A2B"),
        (" NNNNNNNNPNNNNN ", r"\d{8}P\d{5}", "12345678P90123"),
        ("N.N", r"\d\.\d", "1.2"),
        ("13N 号", r"13\d 号", "131 号"),
        ("XNA", r"[0-9A-Z]\d[A-Z]", "11A"),
    ],
)
def test_mask_becomes_a_pattern_that_is_shown_as_the_mask(typed: str, pattern: str, example: str) -> None:
    assert code_patterns.from_typed(typed) == pattern
    assert code_patterns.shown(pattern) == typed.strip()
    assert code_patterns.example(pattern) == example
    assert code_patterns.fits(example, pattern)


@given(st.text("NAXP-.年 0", max_size=30))
def test_every_mask_comes_back_from_its_pattern(typed: str) -> None:
    if not set(typed) & set("NAX"):
        return
    pattern = code_patterns.from_typed(typed)
    assert code_patterns.mask(pattern) == typed.strip()
    assert code_patterns.fits(code_patterns.example(pattern), pattern)


@pytest.mark.parametrize("pattern", [ANCHORED, *OF_FRAMEWORKS])
def test_pattern_that_a_mask_could_have_made_is_shown_as_the_mask(pattern: str) -> None:
    assert code_patterns.shown(pattern) == "NNN-NNNN-AAA-XXXX"


@pytest.mark.parametrize(
    "pattern", [r"\d+", r"\d{2,3}", "[A-Z]?", r"A\d", "A.B", "(a)", "abc", "", "^", r"\d{99}", r"\w{3}", "-{3}", "("]
)
def test_pattern_without_a_mask_is_shown_as_it_is(pattern: str) -> None:
    assert code_patterns.mask(pattern) == ""
    assert code_patterns.shown(pattern) == pattern
    assert code_patterns.example(pattern) == ""


@pytest.mark.parametrize("typed", [r"^\d{3}$", "[A-Z]{2}", "A|B", "N+"])
def test_expression_is_no_mask(typed: str) -> None:
    assert code_patterns.from_typed(typed) == typed


@pytest.mark.parametrize("stored", [ANCHORED, r"(\d)\1", "N"])
def test_stored_pattern_left_as_it_is_shown_is_not_judged_again(stored: str) -> None:
    assert code_patterns.from_typed(stored, stored) == stored
    assert code_patterns.from_typed(code_patterns.shown(stored), stored) == stored


@pytest.mark.parametrize("typed", ["", "  ", "N" * 70 + "(", "NA" * 40])
def test_what_is_neither_mask_nor_expression_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        code_patterns.from_typed(typed, ANCHORED)
    assert refusal.value.path == "code_pattern"
