"""What an import would change: new people with their user names, changed ones (old → new), and rows that cannot be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from portal.domain.people.reading import PersonRow
from portal.domain.permissions import Role
from portal.domain.quotation import quote
from portal.domain.rosters import RowError

BUREAU = "czj"
"""Before the number in proposed user names of the bureau's people (财政局)."""


@dataclass(frozen=True, slots=True)
class HeldPerson:
    """An account as it is."""

    id: int
    username: str
    name: str
    roles: tuple[str, ...]
    office: str = ""
    phone: str = ""
    assigned: tuple[str, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True)
class PersonChange:
    """new: as the account would be, what the list leaves blank filled in."""

    old: HeldPerson
    new: PersonRow

    @property
    def words(self) -> Sequence[tuple[str, str, str]]:
        """(what, old, new) of each difference."""
        pairs = (
            ("姓名", self.old.name, self.new.name),
            ("角色", labels(self.old.roles), labels(self.new.roles)),
            ("单位", self.old.office or "财政局", self.new.office or "财政局"),
            ("电话", self.old.phone or "无", self.new.phone or "无"),
            ("分管单位", "、".join(sorted(self.old.assigned)) or "无", "、".join(self.new.assigned) or "无"),
        )
        return [pair for pair in pairs if pair[1] != pair[2]]


@dataclass(frozen=True, slots=True)
class PeoplePlan:
    new: Sequence[PersonRow] = ()
    changed: Sequence[PersonChange] = ()
    unchanged_count: int = 0
    errors: Sequence[RowError] = ()

    @property
    def digest(self) -> str:
        """Of what a person sees in the preview; another digest means that accounts changed since."""
        shown = [[_plain(row) for row in self.new], [[each.old.id, each.words] for each in self.changed]]
        return hashlib.sha256(json.dumps(shown, ensure_ascii=False).encode()).hexdigest()


def labels(roles: Iterable[str]) -> str:
    return "、".join(role.label for role in Role if role.value in set(roles))


def compare(held: Collection[HeldPerson], rows: Sequence[PersonRow]) -> PeoplePlan:
    """A row is the account with its user name, else the only one with its name in its office, else a new person."""
    return _Comparison(held).plan(rows)


@dataclass(slots=True)
class _Comparison:
    held: Collection[HeldPerson]
    new: list[PersonRow] = field(default_factory=list)
    changed: list[PersonChange] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    unchanged: int = 0
    lines: dict[int, int] = field(default_factory=dict)

    def plan(self, rows: Sequence[PersonRow]) -> PeoplePlan:
        taken = {person.username for person in self.held} | {row.username for row in rows}
        for row in rows:
            found = self._found(row)
            if len(found) > 1:
                self._refuse(row, f"有几个账号都是这个单位的{quote(row.name)}，请写明用户名。")
            elif found:
                self._change(found[0], row)
            else:
                username = row.username or _proposed(row.office or BUREAU, taken)
                taken.add(username)
                self.new.append(replace(row, username=username))
        return PeoplePlan(self.new, self.changed, self.unchanged, self.errors)

    def _found(self, row: PersonRow) -> list[HeldPerson]:
        if row.username:
            return [person for person in self.held if person.username == row.username]
        return [person for person in self.held if (person.name, person.office) == (row.name, row.office)]

    def _change(self, person: HeldPerson, row: PersonRow) -> None:
        first = self.lines.setdefault(person.id, row.line)
        if first != row.line:
            self._refuse(row, f"与第 {first} 行是同一个账号 {person.username}。")
        if not person.active:
            self._refuse(row, f"账号 {person.username} 已停用；请先启用，或者给新来的人另写用户名。")
        is_reviewer = Role.REVIEWER.value in row.roles
        assigned = row.assigned or (tuple(sorted(person.assigned)) if is_reviewer else ())
        new = replace(row, username=person.username, phone=row.phone or person.phone, assigned=assigned)
        change = PersonChange(person, new)
        if change.words:
            self.changed.append(change)
        else:
            self.unchanged += 1

    def _refuse(self, row: PersonRow, message: str) -> None:
        self.errors.append(RowError(row.line, message))


def _proposed(prefix: str, taken: Collection[str]) -> str:
    """610002-01: digits can be read out over the telephone, and no two people get the same."""
    return next(name for n in range(1, 10_000) if (name := f"{prefix}-{n:02}") not in taken)


def _plain(row: PersonRow) -> list[object]:
    return [row.username, row.name, list(row.roles), row.office, row.phone, list(row.assigned)]
