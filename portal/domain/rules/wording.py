"""Rules on the wording of a text: years, and words of another kind of body. `characters` has the rule on characters."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from portal.domain import forms
from portal.domain.chinese_numerals import DIGITS, read_digits
from portal.domain.documents import Document, PerformanceText, ProjectDocument, field_of, texts
from portal.domain.documents.shape import DepartmentDocument
from portal.domain.quotation import quote
from portal.domain.rules.findings import Place, TablePlace, YearRules
from portal.domain.rules.goals import unnumbered
from portal.domain.rules.words import load, one_of

_YEAR = re.compile(rf"(?<![\d〔\[［【《(（〈])(?P<year>20\d\d|二[〇零][{DIGITS}]{{2}})(?:\s?年|(?=全年))", re.ASCII)
_YEARS = load("wording")["years"]
_BEFORE = re.compile(rf"(?:{one_of(_YEARS['before'])})$")
_AFTER_DEGREE = "度"
_PAST_FIGURES = re.compile(rf"度?(?:{one_of(word for word in _YEARS['after'] if word != _AFTER_DEGREE)})")
_PAST = re.compile(rf"[^，。；,;\n]{{0,16}}?(?:{one_of(_YEARS['past'])})")
_DAY = r"\d{1,2}月(?:\d{1,2}[日号])?"
_MONTH = re.compile(rf"{_DAY}(?:份?[至到\-~]{_DAY}|(?=份?[至到\-~起]))")
"""1月至12月 stays within the year, 10月至 leads into the next."""
_FIGURE = re.compile(r"度?[为是达]?\d{1,9}(?:\.\d{1,4})?(?:%|％|个百分点)")
"""2019年93%: a past figure for comparison."""
_YEAR_END = re.compile(r"(?:12月)?[底末](?P<before>前)?")
_UNTIL = re.compile(r"(?<![截止达复])到$")
_STATE_THEN = re.compile(rf"[^，。；,;\n]{{0,10}}(?:{one_of(_YEARS['stood'])})|，?[^，。；,;\n]{{0,10}}(?:共|有|在册)")
_DONE = "(?:全部|基本|力争|确保|必须)?(?:完成|完工|建成|竣工|投入|投用|发放|实现|交付|开工|启动|落实|拨付|支付)"
_DEADLINE = re.compile(rf"[^，。；,;\n]{{0,14}}?前{_DONE}(?![^，。；,;\n]{{0,8}}的)")
_DONE_BY = re.compile(rf"[^，。；,;\n]{{0,8}}?{_DONE}(?![^，。；,;\n]{{0,8}}的)")
_COMPLETED = re.compile("度?完成(?!率)")
_COMPARED = re.compile("今年|本年|当年|本期|基础上|已|相比|较|增|计划|同期|续")
_FIGURES = re.compile(r"\d", re.ASCII)
_CLAUSE_STARTS = "。；;！!\n"
_PLACE = re.compile(r"^.*[省市区县旗](?=..)")
_MONEY = re.compile(rf"[^。；;\n]{{0,16}}(?:{one_of(_YEARS['money'])})")
_MAX_DISTANCE = 8
_LONGEST_NUMBERING = 24
_TITLE = re.compile(r"《[^《》]{1,120}》")
_SENTENCE = re.compile(r"[^。；;！!\n]*")
_MAX_READ = 20_000
_Foreign = tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]
"""Name, words and exceptions of each body."""
_DASHES = str.maketrans("—–－～〜／", "---~~/")
_FIELDS_WITH_YEARS = ("basis", "office_name", "office_code", "project_code")


def years_are_the_budget_year(document: ProjectDocument, year: YearRules) -> Iterator[Place]:
    """W8 for 项目绩效目标表. Document numbers, titles and deliberate references to the past are ignored."""
    yield from _wrong_years(document, year)


def department_years(document: DepartmentDocument, year: YearRules) -> Iterator[Place]:
    """W8 for 部门整体绩效目标."""
    yield from _wrong_years(document, year)


def words_of_own_trade(text: PerformanceText, _year: YearRules, asked: Collection[int]) -> Iterator[TablePlace]:
    """W9. No words of another kind of body; the office's name tells its kind."""
    office = next((table.office_name for table in text.tables if table.office_name.strip()), "")
    foreign = _foreign_to(office.strip()[:60])
    if not foreign:
        return
    documents: list[tuple[int, Document]] = list(enumerate(text.tables, 1))
    if text.department is not None:
        documents.insert(0, (0, text.department))
    for number, document in (each for each in documents if each[0] in asked):
        all_texts = texts(document)
        whole = "\n".join(all_texts.values())
        if not any(pattern.search(whole) for _, pattern, _ in foreign):
            continue  # most documents; one search for each body instead of one for each text
        for path, words in all_texts.items():
            if words and (found := _foreign_word(words, foreign)):
                word, body = found
                yield (
                    number,
                    path,
                    f"{_column(document, path)}中的“{word}”是{body}的工作，不是{quote(office, 24)}的职责，"
                    f"像是从别的单位照搬来的：{quote(_sentence_with(words, word))}。"
                    "目标与职责无关，无法考核；请按本单位的工作改写。",
                )


def _wrong_years(document: Document, year: YearRules) -> Iterator[Place]:
    for path, words in texts(document).items():
        if found := next(stale_years(path, words, year.year), None):
            typed = year_meant(found)
            yield (
                path,
                f"{_column(document, path)}中写的是“{typed}年”，这是 {year.year} 年度的目标："
                f"{quote(_sentence_from(words, found))}。"
                f"年份不对，多半是沿用了别的年度的文字；请核对内容，改为 {year.year} 年，或说明与哪一年相比。",
            )


def stale_years(path: str, words: str, budget_year: int) -> Iterator[re.Match[str]]:
    """Matches at `path` of a year that should be the budget year and is not; group `year`: as typed."""
    if "年" in words and path.rpartition("/")[2] not in _FIELDS_WITH_YEARS:
        yield from (found for found in _YEAR.finditer(words[:_MAX_READ]) if _is_wrong(path, found, words, budget_year))


def year_meant(found: re.Match[str]) -> int:
    """The year of a match of `stale_years`, in any digits."""
    return read_digits(found["year"])


def _is_wrong(path: str, found: re.Match[str], words: str, budget_year: int) -> bool:
    meant = year_meant(found)
    if meant == budget_year or abs(meant - budget_year) > _MAX_DISTANCE or _in_title(found, words):
        return False
    before = _before(found, words)[-8:].rstrip("“\"' ").translate(_DASHES)
    after = _MONTH.sub("", words[found.end() : found.end() + 40].translate(_DASHES), count=1)
    if meant < budget_year and (_DEADLINE.match(after) or (_UNTIL.search(before) and _DONE_BY.match(after))):
        return True
    if _PAST.match(after) or _FIGURE.match(after):
        return False
    if _COMPLETED.match(after) and not _BEFORE.search(before):
        return meant < budget_year and not _is_compared(path, found, words, budget_year)
    year_end = _YEAR_END.match(after)
    # The end of a past year is no possible deadline: 2019年底前完成, 到2019年底全部发放.
    overdue = (
        year_end is not None
        and meant < budget_year
        and (year_end["before"] or _UNTIL.search(before))
        and not _STATE_THEN.match(after, year_end.end())
    )
    if not overdue and (_BEFORE.search(before) or _PAST_FIGURES.match(after)):
        return False
    return meant < budget_year or _MONEY.match(words, found.end()) is not None


def _before(found: re.Match[str], words: str) -> str:
    """What precedes the year in its sentence, without a numbering (1、 before a year is no list of years)."""
    start = max(words.rfind(mark, 0, found.start()) for mark in _CLAUSE_STARTS) + 1
    if found.start() - start > _LONGEST_NUMBERING:
        return words[start : found.start()]
    plain = unnumbered(words[start : found.end()])
    return plain[: max(0, len(plain) - len(found[0]))]


def _is_compared(path: str, found: re.Match[str], words: str, budget_year: int) -> bool:
    """Whether “2021年完成…” tells what was achieved: beside this year's figure, or in the description of a measure."""
    sentence = _sentence_from(words, found)[len(found[0]) :]
    about_now = f"{budget_year}年" in sentence or _COMPARED.search(sentence) is not None
    return about_now or (path.startswith("indicators/") and _FIGURES.search(sentence) is not None)


def _in_title(found: re.Match[str], words: str) -> bool:
    return any(
        title.start() < found.start() < title.end()
        for title in _TITLE.finditer(words, max(0, found.start() - 120), found.end() + 120)
    )


def _sentence_from(words: str, found: re.Match[str]) -> str:
    """The sentence from the year on."""
    sentence = _SENTENCE.match(words, found.start())
    return sentence[0] if sentence else found[0]


@lru_cache(maxsize=512)  # offices of a district
def _foreign_to(office: str) -> _Foreign:
    """The bodies whose work is not this office's; none if the office's kind is unknown."""
    known = load("bodies")
    body_itself = _PLACE.sub("", office)  # 山海关区 names no 海关
    if not office.endswith(tuple(known["offices"])):
        return ()
    return tuple(
        (body["name"], re.compile(one_of(body["words"])), re.compile(one_of(body["unless"])))
        for body in known["bodies"]
        if not any(owner in body_itself for owner in body["owners"])
    )


def _foreign_word(
    words: str, foreign: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]
) -> tuple[str, str] | None:
    looked_at = words[:_MAX_READ]
    for body, pattern, unless in foreign:
        found = pattern.search(looked_at)
        if found and not unless.search(looked_at):
            return found[0], body
    return None


def _sentence_with(words: str, word: str) -> str:
    at = words.index(word)
    start = max(words.rfind(mark, 0, at) for mark in "。；;，,\n") + 1
    return words[start : at + 60]


def _column(document: Document, path: str) -> str:
    return forms.of(document).label(field_of(document.kind, path))
