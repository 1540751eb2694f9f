"""Reading of a list into people: what each row says, what was read otherwise than written, and what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from portal.domain import rosters
from portal.domain.documents import clean_line
from portal.domain.errors import Invalid
from portal.domain.people.columns import ASSIGNED, HEAD, NAME, OFFICE, OFFICE_NAME, PHONE, ROLES, USERNAME, roles_of
from portal.domain.permissions import Role
from portal.domain.quotation import quote
from portal.domain.rosters import MAX_ERRORS, OfficeIndex, Reading, RosterReader, SheetRow, SheetRows, refused
from portal.domain.rosters.reader import AS_TEXT
from portal.domain.telephones import telephone

MAX_PEOPLE = 300
"""People of one list: twice those of a district; hashing the password of each new one takes a tenth of a second."""
MAX_NAME = 64
USERNAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
_OF_OFFICES = frozenset({Role.DRAFTER, Role.HEAD})
_BETWEEN_OFFICES = re.compile(r"[\s、,，;；]+")
_LOST_ZERO = re.compile(r"(?!400|800)[2-9]\d{9,10}")
"""A number with its area code, but for the 0 that a spreadsheet dropped."""
_BUREAU = re.compile(r".{0,20}财政局")


@dataclass(frozen=True, slots=True)
class PersonRow:
    """username "": to be proposed. office "": the bureau. phone, assigned blank: as they are."""

    name: str
    roles: tuple[str, ...]
    office: str = ""
    username: str = ""
    phone: str = ""
    assigned: tuple[str, ...] = ()
    line: int = 0


PeopleReading: TypeAlias = Reading[PersonRow]


def read(sheets: Sequence[SheetRows], offices: Mapping[str, str]) -> PeopleReading:
    """Read the first sheet that has the head of such a list. offices: code → name."""
    found = rosters.find_sheet(sheets, HEAD)
    if found is None:
        return refused("里面没有内容。")
    sheet, columns, told = found
    if columns is None:
        return refused("没有找到表头：请在一行里写明“单位编码、姓名、角色、电话、分管单位”，后两栏可以没有。")
    filled = sum(any(row.cells) for row in sheet.rows[columns.first :])
    if filled > MAX_PEOPLE:
        return refused(f"有 {filled:,} 行，超过 {MAX_PEOPLE} 人；请只保留人员名单，或者分成几份导入。")
    raw = {row.line: row for row in sheet.rows}
    reader = _Reader(HEAD, columns, offices=OfficeIndex(offices), raw=raw)
    rows = list(reader.people(sheet.rows))
    if not rows and not reader.errors:
        return refused("表头下面没有人员。")
    return Reading(rows, reader.errors[:MAX_ERRORS], [*told, *reader.sentences()])


@dataclass(slots=True, kw_only=True)
class _Reader(RosterReader):
    """raw: rows with their line breaks, by line."""

    offices: OfficeIndex
    raw: Mapping[int, SheetRow]
    office_above: str = ""
    by_username: dict[str, int] = field(default_factory=dict)
    by_name: dict[tuple[str, str], int] = field(default_factory=dict)

    def people(self, rows: Sequence[SheetRow]) -> Iterator[PersonRow]:
        for row in self.announcing(rows):
            before = len(self.errors)
            person = self._person(row)
            if len(self.errors) == before:
                yield person

    def _person(self, row: SheetRow) -> PersonRow:
        self.refuse_formulas(row, (OFFICE, OFFICE_NAME, NAME, USERNAME, ROLES, PHONE, ASSIGNED))
        roles = self._roles(row)
        name, username = self._name(row), self._username(row)
        office, assigned = self._office(row, roles), self._assigned(row, roles)
        person = PersonRow(name, tuple(roles), office, username, self._phone(row), assigned, row.line)
        self._refuse_doubled(row, person)
        return person

    def _name(self, row: SheetRow) -> str:
        name = self.text(row, NAME)
        if len(name) == 3 and name[1] == " ":
            name = name.replace(" ", "")  # 王 伟, spaced to the width of three characters
        if not name:
            self.refuse(row, "没有姓名。")
        elif len(name) > MAX_NAME:
            self.refuse(row, f"姓名超过 {MAX_NAME} 字。")
        return name

    def _username(self, row: SheetRow) -> str:
        username = self.text(row, USERNAME).lower()
        if username and not username.startswith("=") and not USERNAME_PATTERN.fullmatch(username):
            self.refuse(row, f"用户名{quote(username)}应为 2 到 32 位小写字母、数字、点、横线，以字母或数字开头。")
        return username

    def _roles(self, row: SheetRow) -> list[Role]:
        text = self._lines(row, ROLES)
        found = roles_of(text) if text else []
        if found is None and not text.startswith("="):
            labels = "、".join(role.label for role in Role)
            self.refuse(row, f"角色{quote(text)}看不懂；请写{labels}，几个角色用“、”隔开。")
        elif not text:
            self.refuse(row, "没有角色。")
        return found or []

    def _office(self, row: SheetRow, roles: Sequence[Role]) -> str:
        """The office's code; "" for the bureau. A blank cell below an office belongs to that office, as if merged."""
        code, name = (self.text(row, role, merged=True) for role in (OFFICE, OFFICE_NAME))
        is_of_office = bool(_OF_OFFICES & set(roles))
        if not code and not name:
            if not is_of_office:
                return ""
            if self.office_above:
                self.note(row, "没有写单位，按上面一行的单位读。")
            else:
                self.refuse(row, "经办人和单位负责人要写明单位编码。")
            return self.office_above
        if not is_of_office and not code and _BUREAU.fullmatch(name):
            return ""
        try:
            found = self.offices.code_of(code) if code else self.offices.named(name)
        except Invalid as refusal:
            if is_of_office or code:
                self.refuse(row, refusal.message)
            else:
                self.note(row, "的单位不是预算单位，按财政局的人员读。")
            return ""
        self.office_above = found
        return found

    def _assigned(self, row: SheetRow, roles: Sequence[Role]) -> tuple[str, ...]:
        text = self._lines(row, ASSIGNED)
        if not text or text.startswith("="):
            return ()
        if Role.REVIEWER not in roles:
            self.refuse(row, "写了分管单位，角色里却没有业务科室审核人。")
        found = set()
        for part in filter(None, _BETWEEN_OFFICES.split(text)):
            try:
                found.add(self.offices.code_of(part))
            except Invalid as refusal:
                self.refuse(row, f"分管单位：{refusal.message}")
        return tuple(sorted(found))

    def _phone(self, row: SheetRow) -> str:
        text = self._lines(row, PHONE)
        if text.startswith("="):
            return ""
        if _LOST_ZERO.fullmatch(text):
            self.refuse(row, f"电话{quote(text)}少了开头的 0：{AS_TEXT}。")
            return ""
        try:
            return telephone(text)
        except Invalid as refusal:
            self.refuse(row, f"电话{quote(text)}看不懂：{refusal.message}")
            return ""

    def _lines(self, row: SheetRow, role: str) -> str:
        """A cell in which line breaks separate."""
        parts = map(clean_line, self.text(self.raw[row.line], role).splitlines())
        return "、".join(filter(None, parts))

    def _refuse_doubled(self, row: SheetRow, person: PersonRow) -> None:
        if person.username:
            first = self.by_username.setdefault(person.username, row.line)
            if first != row.line:
                self.refuse(row, f"用户名 {person.username} 与第 {first} 行重复。")
        elif person.name:
            first = self.by_name.setdefault((person.name, person.office), row.line)
            if first != row.line:
                self.refuse(row, f"{quote(person.name)}与第 {first} 行重复；是同名的两个人，请写明用户名。")
