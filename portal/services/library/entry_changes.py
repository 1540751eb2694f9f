"""The bureau's changes to the indicator library: adding, correcting, retiring, restoring entries, undoing corrections.

Shipped entries are never changed: a row of the bureau overrides them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from portal import queries
from portal.database import now
from portal.domain import audit_events, library
from portal.domain.audit_events import About
from portal.domain.documents import clean_text
from portal.domain.errors import Forbidden, Invalid, Stale
from portal.domain.library import Entry, IndicatorKind
from portal.domain.permissions import Actor, Permission, may
from portal.models import LibraryEntry
from portal.queries.library import Item
from portal.services.record import audit
from portal.services.record.facts import Facts, of_deleted, of_rows
from portal.services.transaction import write

_LONGEST = 1_000
"""Characters of a typed field; the rest is cut off. `domain.library.check` has the limits of an entry."""


class EntryChange(StrEnum):
    """The kinds of change, as stored in the audit log."""

    ADDED = "added"
    CORRECTED = "corrected"
    RETIRED = "retired"
    RESTORED = "restored"
    PUT_BACK = "put_back"

    @property
    def label(self) -> str:
        return {
            "added": "新增",
            "corrected": "修改",
            "retired": "停用",
            "restored": "恢复使用",
            "put_back": "改回随系统的文字",
        }[self.value]


@dataclass(frozen=True, slots=True)
class EntryForm:
    """An entry as typed. The unit is read from `value`; category and kind may be blank where the name tells them."""

    category: str
    kind: str
    name: str
    description: str
    value: str
    basis: str


def add_entry(session: Session, actor: Actor, form: EntryForm) -> Item:
    """Raises Forbidden; Invalid, with the path of the invalid field."""
    _require(actor)
    entry = _entry(form)
    with write(session):
        audit.lock_head(session)  # serializes concurrent calls: the second must see the name that the first adds
        _require_unique_name(session, entry, "")
        change = _write(session, actor, None, entry, retired=False)
        item = Item(str(change.id), entry, None, change)
        _record(session, actor, item, of_rows(change), EntryChange.ADDED, **_texts(entry))
    return item


def correct_entry(session: Session, actor: Actor, key: str, seen: str, form: EntryForm) -> None:
    """`seen`: the stamp of the item on the form. Raises NotVisible, Forbidden, Invalid; Stale if it has changed."""
    _require(actor)
    entry = _entry(form)
    with write(session):
        audit.lock_head(session)
        item = queries.library.item(session, key)
        if stamp(item) != seen:
            raise Stale(_stale_message(item))
        entry = replace(entry, id=item.entry.id)
        if entry == item.entry:
            return
        _require_unique_name(session, entry, key)
        leaves = _override(session, actor, item, entry, retired=item.is_retired)
        before, after = _texts(item.entry), _texts(entry)
        changed = [name for name in after if before[name] != after[name]]
        _record(
            session,
            actor,
            replace(item, entry=entry),
            leaves,
            EntryChange.CORRECTED,
            before={name: before[name] for name in changed},
            **{name: after[name] for name in changed},
        )


def retire_entry(session: Session, actor: Actor, key: str) -> None:
    """Stop suggesting the entry; no effect on a retired one. Raises NotVisible, Forbidden."""
    _set_retired(session, actor, key, True)


def restore_entry(session: Session, actor: Actor, key: str) -> None:
    """Suggest the entry again. Raises NotVisible, Forbidden; Invalid if another entry now has its name."""
    _set_retired(session, actor, key, False)


def put_back_entry(session: Session, actor: Actor, key: str) -> None:
    """Restore the shipped text of an entry.

    Raises NotVisible, Forbidden; Invalid if the entry is not shipped, or another entry now has its name.
    """
    _require(actor)
    with write(session):
        audit.lock_head(session)
        item = queries.library.item(session, key)
        if item.shipped is None:
            raise Invalid("这条指标是财政局新增的，没有随系统的文字。")
        if not item.is_reworded:
            return
        if not item.is_retired:
            _require_unique_name(session, item.shipped, key)
        leaves = _override(session, actor, item, item.shipped, retired=item.is_retired)
        put_back = replace(item, entry=item.shipped)
        _record(session, actor, put_back, leaves, EntryChange.PUT_BACK, before=_texts(item.entry))


def stamp(item: Item) -> str:
    """A value that differs after each change of the item."""
    return item.change.changed_at.isoformat() if item.change else ""


def _set_retired(session: Session, actor: Actor, key: str, retired: bool) -> None:
    _require(actor)
    with write(session):
        audit.lock_head(session)
        item = queries.library.item(session, key)
        if item.is_retired == retired:
            return
        if not retired:
            _require_unique_name(session, item.entry, key)
        leaves = _override(session, actor, item, item.entry, retired=retired)
        _record(session, actor, item, leaves, EntryChange.RETIRED if retired else EntryChange.RESTORED)


def _require(actor: Actor) -> None:
    if not may(actor, Permission.MANAGE_LIBRARY):
        raise Forbidden("你没有维护指标库的权限。")


def _entry(form: EntryForm) -> Entry:
    texts = {name: " ".join(clean_text(text[:_LONGEST]).split()) for name, text in asdict(form).items()}
    name = texts["name"]
    texts["category"] = texts["category"] or library.category_of_name(name) or ""
    texts["kind"] = texts["kind"] or library.kind_of_name(name) or ""
    texts["value"] = library.completed_value(name, texts["value"])
    if not texts["category"]:
        raise Invalid("从名称看不出属于哪一支出类别，请选择。", "category")
    library.get(texts["category"])
    if texts["kind"] not in set(IndicatorKind):
        raise Invalid("从名称看不出种类，请选择指标种类。", "kind")
    entry = Entry(id="", unit=library.unit_of(texts["value"]), **(texts | {"kind": IndicatorKind(texts["kind"])}))  # type: ignore[arg-type]
    library.check(entry)
    return entry


def _require_unique_name(session: Session, entry: Entry, key: str) -> None:
    """Raises Invalid if another entry of the category has the name: only one of them would be suggested."""
    for other in queries.library.items(session):
        same = (other.entry.category, other.entry.name) == (entry.category, entry.name)
        if same and other.key != key and not other.is_retired:
            raise Invalid(f"“{library.get(entry.category).title}”一类里已经有“{entry.name}”。", "name")


def _override(session: Session, actor: Actor, item: Item, entry: Entry, *, retired: bool) -> Facts:
    """Write the bureau's row of an item, or delete it if it no longer differs from the shipped entry."""
    if item.change and entry == item.shipped and not retired:
        session.delete(item.change)
        session.flush()
        return of_deleted(LibraryEntry, item.change.id)
    return of_rows(_write(session, actor, item.change, entry, retired))


def _write(session: Session, actor: Actor, change: LibraryEntry | None, entry: Entry, retired: bool) -> LibraryEntry:
    row = change or LibraryEntry(shipped_id=entry.id or None)
    for name, text in (_texts(entry) | {"unit": entry.unit}).items():
        setattr(row, name, text)
    row.retired, row.changed_by_name, row.changed_at = retired, actor.signature, now()
    session.add(row)
    session.flush()
    return row


def _texts(entry: Entry) -> dict[str, str]:
    return {
        "category": entry.category,
        "kind": entry.kind.value,
        "name": entry.name,
        "description": entry.description,
        "value": entry.value,
        "basis": entry.basis,
    }


def _record(session: Session, actor: Actor, item: Item, leaves: Facts, done: EntryChange, **detail: object) -> None:
    thing = audit.AuditObject(About.SYSTEM, f"library:{item.key}"[:64], f"指标库：{item.entry.name}")
    audit.record(session, actor, audit_events.CHANGE_LIBRARY, thing, leaves, done=done.value, **detail)


def _stale_message(item: Item) -> str:
    by = f"由{item.change.changed_by_name}" if item.change else ""
    return f"这条指标刚刚{by}改过，你填写的还没有保存；请对照现在的文字，需要的再保存一次。"
