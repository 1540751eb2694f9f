"""The bureau's part of the indicator library: entries added, corrected, retired, and shipped ones as they were again.

What ships is never changed: an entry of the bureau's own stands in its place.
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
from portal.services.transaction import write

_LONGEST = 1_000
"""Characters of a field that are looked at at all; what an entry may hold is said in `domain.library.check`."""


class EntryChange(StrEnum):
    """What was done to an entry, as the record tells it."""

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
    """An entry as typed; its unit is that of its value."""

    category: str
    kind: str
    name: str
    description: str
    value: str
    basis: str


def add_entry(session: Session, actor: Actor, form: EntryForm) -> Item:
    """Raises Forbidden; Invalid, at its field, for what is no entry."""
    _require(actor)
    entry = _entry(form)
    with write(session):
        audit.lock_head(session)  # of two alike at once the second must see the first
        _differs_by_name(session, entry, "")
        change = _write(session, actor, None, entry, retired=False)
        item = Item(str(change.id), entry, None, change)
        _record(session, actor, item, EntryChange.ADDED, **_texts(entry))
    return item


def correct_entry(session: Session, actor: Actor, key: str, seen: str, form: EntryForm) -> None:
    """`seen`: the stamp of what the form showed. Raises NotVisible, Forbidden, Invalid; Stale where it has changed."""
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
        _differs_by_name(session, entry, key)
        _keep(session, actor, item, entry, retired=item.is_retired)
        before, after = _texts(item.entry), _texts(entry)
        changed = [name for name in after if before[name] != after[name]]
        _record(
            session,
            actor,
            replace(item, entry=entry),
            EntryChange.CORRECTED,
            before={name: before[name] for name in changed},
            **{name: after[name] for name in changed},
        )


def retire_entry(session: Session, actor: Actor, key: str) -> None:
    """No longer suggested. Nothing happens to one that is retired. Raises NotVisible, Forbidden."""
    _set_retired(session, actor, key, True)


def restore_entry(session: Session, actor: Actor, key: str) -> None:
    """Suggested again. Raises NotVisible, Forbidden; Invalid where another entry has taken the name."""
    _set_retired(session, actor, key, False)


def put_back_entry(session: Session, actor: Actor, key: str) -> None:
    """The shipped text in place of the bureau's.

    Raises NotVisible, Forbidden; Invalid where none is shipped, or another entry has taken the name.
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
            _differs_by_name(session, item.shipped, key)
        _keep(session, actor, item, item.shipped, retired=item.is_retired)
        _record(session, actor, replace(item, entry=item.shipped), EntryChange.PUT_BACK, before=_texts(item.entry))


def stamp(item: Item) -> str:
    """Differs after each change of the item."""
    return item.change.changed_at.isoformat() if item.change else ""


def _set_retired(session: Session, actor: Actor, key: str, retired: bool) -> None:
    _require(actor)
    with write(session):
        audit.lock_head(session)
        item = queries.library.item(session, key)
        if item.is_retired == retired:
            return
        if not retired:
            _differs_by_name(session, item.entry, key)
        _keep(session, actor, item, item.entry, retired=retired)
        _record(session, actor, item, EntryChange.RETIRED if retired else EntryChange.RESTORED)


def _require(actor: Actor) -> None:
    if not may(actor, Permission.MANAGE_LIBRARY):
        raise Forbidden("你没有维护指标库的权限。")


def _entry(form: EntryForm) -> Entry:
    texts = {name: " ".join(clean_text(text[:_LONGEST]).split()) for name, text in asdict(form).items()}
    library.get(texts["category"])
    if texts["kind"] not in set(IndicatorKind):
        raise Invalid("请选择指标种类。", "kind")
    entry = Entry(id="", unit=library.unit_of(texts["value"]), **(texts | {"kind": IndicatorKind(texts["kind"])}))  # type: ignore[arg-type]
    library.check(entry)
    return entry


def _differs_by_name(session: Session, entry: Entry, key: str) -> None:
    """Of two of one name in a class only one would ever be suggested. Raises Invalid."""
    for other in queries.library.items(session):
        same = (other.entry.category, other.entry.name) == (entry.category, entry.name)
        if same and other.key != key and not other.is_retired:
            raise Invalid(f"“{library.get(entry.category).title}”一类里已经有“{entry.name}”。", "name")


def _keep(session: Session, actor: Actor, item: Item, entry: Entry, *, retired: bool) -> None:
    """The bureau's row of an item; none where nothing is left that differs from what ships."""
    if item.change and entry == item.shipped and not retired:
        session.delete(item.change)
        session.flush()
    else:
        _write(session, actor, item.change, entry, retired)


def _write(session: Session, actor: Actor, change: LibraryEntry | None, entry: Entry, retired: bool) -> LibraryEntry:
    kept = change or LibraryEntry(shipped_id=entry.id or None)
    for name, text in (_texts(entry) | {"unit": entry.unit}).items():
        setattr(kept, name, text)
    kept.retired, kept.changed_by_name, kept.changed_at = retired, actor.name, now()
    session.add(kept)
    session.flush()
    return kept


def _texts(entry: Entry) -> dict[str, str]:
    return {
        "category": entry.category,
        "kind": entry.kind.value,
        "name": entry.name,
        "description": entry.description,
        "value": entry.value,
        "basis": entry.basis,
    }


def _record(session: Session, actor: Actor, item: Item, done: EntryChange, **detail: object) -> None:
    thing = audit.Thing(About.SYSTEM, f"library:{item.key}"[:64], f"指标库：{item.entry.name}")
    audit.record(session, actor, audit_events.CHANGE_LIBRARY, thing, done=done.value, **detail)


def _stale_message(item: Item) -> str:
    by = f"由{item.change.changed_by_name}" if item.change else ""
    return f"这条指标刚刚{by}改过，你填写的还没有保存；请对照现在的文字，需要的再保存一次。"
