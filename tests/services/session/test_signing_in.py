"""Signing in: who gets in, who has to wait, what the record says; and one's own password."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import queries
from portal.database import now
from portal.domain.errors import Invalid, Refused
from portal.domain.permissions import Actor
from portal.models import AuditEntry, RefusalCount, SignInFailure, User, UserSession
from portal.services.administration import people
from portal.services.administration.passwords import check_new_password, is_password, one_time_password
from portal.services.record import audit, verification
from portal.services.session import signing_in
from portal.services.session.signing_in import Limits
from tests.world import OFFICE, PASSWORD, World, told

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"
WRONG = "not the password"


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2099, 7, 1, 8, tzinfo=UTC)  # no entry is earlier than the one before

    def __call__(self) -> datetime:
        return self.time

    def forward(self, **how_far: float) -> None:
        self.time += timedelta(**how_far)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, world: World) -> Iterator[Clock]:
    clock = Clock()
    monkeypatch.setattr(signing_in, "now", clock)
    monkeypatch.setattr(audit, "now", clock)
    yield clock
    world.session.rollback()
    assert verification.verify(world.session).problems == []


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """The computation is slow on purpose; what is tried here is what comes of it."""
    monkeypatch.setattr(signing_in, "is_password", lambda stored, typed: stored is not None and typed == PASSWORD)


def try_to(world: World, username: str = "drafter", password: str = WRONG, address: str = HERE) -> str:
    """ "in", or the refusal's name and sentence."""
    world.session.rollback()
    try:
        signing_in.sign_in(world.session, username, password, address)
    except Refused as refusal:
        return f"{type(refusal).__name__} {refusal.message}"
    return "in"


def entries(world: World, act: str) -> list[AuditEntry]:
    world.session.rollback()
    return list(world.session.scalars(select(AuditEntry).where(AuditEntry.act == act).order_by(AuditEntry.number)))


REFUSED = "Invalid 用户名或密码不对。"


def slow(seconds: int) -> str:
    return f"SlowDown 失败次数过多，请在 {seconds} 秒后再试。"


def test_signing_in_gives_the_account_and_is_entered_with_the_address(world: World, clock: Clock) -> None:
    found = signing_in.sign_in(world.session, "drafter", PASSWORD, HERE)
    assert (found.user.username, found.actor) == ("drafter", world.actor("drafter"))
    (entry,) = entries(world, "sign_in")
    assert (entry.actor, entry.object_kind, entry.object_id) == ("王经办（drafter）", "account", str(found.user.id))
    assert (json.loads(entry.detail), entry.at) == ({"address": HERE}, clock())


@pytest.mark.parametrize("username", ["drafter", "nobody", "", "字" * 300])
def test_known_and_unknown_names_are_refused_and_slowed_alike(world: World, clock: Clock, username: str) -> None:
    found = [try_to(world, username) for _ in range(4)]
    clock.forward(seconds=2)
    found += [try_to(world, username) for _ in range(2)]
    assert found == [REFUSED, REFUSED, REFUSED, slow(3), REFUSED, slow(5)]


def test_disabled_account_is_refused_as_if_it_were_not_there(world: World, clock: Clock) -> None:
    people.set_active(world.session, None, world.actor("drafter").id, False)
    assert try_to(world, password=PASSWORD) == REFUSED


@pytest.mark.parametrize("username", ["a\x00b", "drafter\x00"])
def test_name_that_no_database_can_hold_is_refused_like_an_unknown_one(
    world: World, clock: Clock, username: str
) -> None:
    assert try_to(world, username) == REFUSED


def test_each_failure_after_the_third_doubles_the_wait_up_to_a_quarter_of_an_hour(world: World, clock: Clock) -> None:
    waits = []
    for _ in range(14):
        assert try_to(world) == REFUSED
        world.session.rollback()
        failure = world.session.scalars(select(SignInFailure)).one()
        wait = signing_in._wait(failure)
        waits.append(int(wait.total_seconds()))
        clock.forward(seconds=wait.total_seconds())
    assert waits == [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_right_password_has_to_wait_too(world: World, clock: Clock) -> None:
    for _ in range(3):
        try_to(world)
    assert try_to(world, password=PASSWORD) == slow(3)
    clock.forward(seconds=1)
    assert try_to(world, password=PASSWORD) == slow(2)
    clock.forward(seconds=1)
    assert try_to(world, password=PASSWORD) == "in"


def test_failing_slows_neither_another_address_nor_another_name(world: World, clock: Clock) -> None:
    for _ in range(3):
        try_to(world)
    assert try_to(world, password=PASSWORD, address=ELSEWHERE) == "in"
    assert try_to(world, "head", PASSWORD) == "in"
    assert try_to(world) == slow(3)


def test_name_in_capitals_is_slowed_with_the_name(world: World, clock: Clock) -> None:
    assert [try_to(world, name) for name in ("drafter", "DRAFTER", " Drafter ", "drafter")] == [
        REFUSED,
        REFUSED,
        REFUSED,
        slow(3),
    ]


def test_success_clears_the_failures_of_that_name_and_address_only(world: World, clock: Clock) -> None:
    for address in (HERE, ELSEWHERE):
        for _ in range(2):
            try_to(world, address=address)
    assert try_to(world, password=PASSWORD) == "in"
    world.session.rollback()
    assert world.session.execute(select(SignInFailure.address, SignInFailure.failures)).all() == [(ELSEWHERE, 2)]
    assert [try_to(world) for _ in range(3)] == [REFUSED] * 3


def test_failures_are_forgotten_after_twelve_hours(world: World, clock: Clock) -> None:
    for _ in range(3):
        try_to(world)
    clock.forward(hours=12)
    assert try_to(world) == REFUSED
    assert world.session.scalars(select(SignInFailure.failures)).all() == [4]
    clock.forward(hours=12, seconds=1)
    assert try_to(world) == REFUSED
    world.session.rollback()
    assert world.session.scalars(select(SignInFailure.failures)).all() == [1]


def test_failures_are_entered_once_a_minute_and_counted_in_between(world: World, clock: Clock) -> None:
    for _ in range(3):
        try_to(world)
    clock.forward(seconds=30)
    try_to(world)
    (first,) = entries(world, "sign_in_failed")
    assert (first.actor_id, first.object_id, first.object_name) == (None, "drafter", f"drafter（来自 {HERE}）")
    assert json.loads(first.detail) == {"attempted": "sign_in", "reason": "用户名或密码不对。", "repeated_before": 0}
    assert world.session.scalars(select(RefusalCount.repeated)).all() == [3]

    clock.forward(seconds=30)
    try_to(world)
    _, second = entries(world, "sign_in_failed")
    assert json.loads(second.detail)["repeated_before"] == 3
    assert world.session.scalars(select(RefusalCount.repeated)).all() == [0]


def test_failure_of_another_name_is_an_entry_of_its_own(world: World, clock: Clock) -> None:
    for username in ("drafter", "head", "drafter"):
        try_to(world, username)
    assert [entry.object_id for entry in entries(world, "sign_in_failed")] == ["drafter", "head"]


def test_waiting_writes_nothing(world: World, clock: Clock) -> None:
    for _ in range(3):
        try_to(world)
    before = verification.verify(world.session).entries
    for _ in range(5):
        assert try_to(world) == slow(3)
    world.session.rollback()
    assert verification.verify(world.session).entries == before
    assert world.session.scalars(select(SignInFailure.failures)).all() == [3]


# --- sessions ------------------------------------------------------------------------------------


def started(world: World, username: str = "drafter", **limits: object) -> str:
    """The key of a new session."""
    world.session.rollback()
    return signing_in.sign_in(world.session, username, PASSWORD, HERE, **limits).key  # type: ignore[arg-type]


def signed_in(world: World, key: str, at: datetime | None = None) -> str:
    """The user name of the account that is signed in with `key`; "" for a session that has ended."""
    world.session.rollback()
    found = queries.session.account_of_session(world.session, key, at or now())
    return found.user.username if found else ""


def test_signing_out_is_entered_and_ends_this_session_only(world: World) -> None:
    here, elsewhere = started(world), started(world)
    signing_in.sign_out(world.session, world.actor("drafter"), here)
    (entry,) = entries(world, "sign_out")
    assert entry.actor == "王经办（drafter）"
    assert (signed_in(world, here), signed_in(world, elsewhere)) == ("", "drafter")


def test_session_ends_after_its_limit_and_its_row_with_the_next_sign_in(world: World, clock: Clock) -> None:
    key = started(world, limits=Limits(session=timedelta(hours=1)))
    assert signed_in(world, key, clock() + timedelta(minutes=59)) == "drafter"
    assert signed_in(world, key, clock() + timedelta(hours=1)) == ""
    clock.forward(hours=2)
    fresh = started(world, "head")
    assert world.session.scalars(select(UserSession.key)).all() == [fresh]


def test_signing_in_again_ends_the_earlier_session_of_the_browser(world: World) -> None:
    first, other = started(world), started(world)
    second = started(world, "head", previous=first)
    assert [signed_in(world, key) for key in (first, other, second)] == ["", "drafter", "head"]


@pytest.mark.parametrize("act", [
    lambda w, a: people.reset_password(w.session, None, a.id),
    lambda w, a: people.set_active(w.session, None, a.id, False),
    lambda w, a: signing_in.change_password(w.session, a, PASSWORD, NEW, NEW),
], ids=["reset", "disable", "change"])  # fmt: skip
def test_every_session_of_an_account_ends_when_its_password_changes_or_it_is_disabled(
    world: World, act: Callable[[World, Actor], object]
) -> None:
    keys = [started(world), started(world), started(world, "head")]
    act(world, world.actor("drafter"))
    assert [signed_in(world, key) for key in keys] == ["", "", "head"]


def test_session_begun_with_a_password_that_was_changed_meanwhile_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(stored: str | None, typed: str) -> bool:
        world.session.rollback()
        people.reset_password(world.session, None, world.actor("drafter").id)
        return True

    monkeypatch.setattr(signing_in, "is_password", check)
    assert signed_in(world, started(world)) == ""


@pytest.mark.parametrize("key", ["", "12:0123456789abcdef", "x" * 5000])
def test_key_that_was_never_given_is_nobodys(world: World, key: str) -> None:
    assert signed_in(world, key) == ""


# --- one's own password --------------------------------------------------------------------------

NEW = "xin-mima-2026"


@pytest.mark.parametrize(
    ("current", "new", "repeated", "path"),
    [
        (WRONG, NEW, NEW, "current_password"),
        (PASSWORD, NEW, NEW + "!", "repeated_password"),
        (PASSWORD, PASSWORD, PASSWORD, "new_password"),
        (PASSWORD, "short", "short", "new_password"),
        (PASSWORD, "x" * 129, "x" * 129, "new_password"),
        (PASSWORD, "aaaaaaaaaaaa", "aaaaaaaaaaaa", "new_password"),
        (PASSWORD, "my-DRAFTER-2026", "my-DRAFTER-2026", "new_password"),
    ],
)
def test_new_password_that_will_not_do_is_refused_at_its_field(
    world: World, current: str, new: str, repeated: str, path: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        signing_in.change_password(world.session, world.actor("drafter"), current, new, repeated)
    assert refusal.value.path == path
    assert entries(world, "change_password") == []


@pytest.mark.parametrize("new", [
    "password1234", "woaini1314520", "1234567890", "shanhaiguan2026", "caizheng-ju-2026", "P@ssw0rd2026", "qwertyuiop",
    "1qaz2wsx3edc", "a123456789", "zhangwei2026", "W王经办-k7x9m2", f"k7x-{OFFICE}-m2p", "dra-fter-k7x9",
])  # fmt: skip
def test_common_password_and_words_of_ones_own_are_refused(world: World, new: str) -> None:
    with pytest.raises(Invalid, match="容易猜到") as refusal:
        signing_in.change_password(world.session, world.actor("drafter"), PASSWORD, new, new)
    assert refusal.value.path == "new_password"


def test_wrong_current_password_is_throttled_with_sign_ins_and_entered(world: World, clock: Clock) -> None:
    actor = world.actor("drafter")

    def change(current: str, address: str = HERE) -> str:
        world.session.rollback()
        try:
            signing_in.change_password(world.session, actor, current, NEW, NEW, address)
        except Refused as refusal:
            return f"{type(refusal).__name__} {refusal.message}"
        return "changed"

    wrong = "Invalid 现在的密码不对。"
    assert [change(WRONG), try_to(world), change(WRONG), change(PASSWORD)] == [wrong, REFUSED, wrong, slow(3)]
    assert try_to(world, password=PASSWORD) == slow(3)
    (entry,) = entries(world, "refusal")
    assert (entry.actor, entry.object_kind, entry.object_id) == ("王经办（drafter）", "account", str(actor.id))
    assert json.loads(entry.detail) == {
        "attempted": "change_password",
        "reason": "现在的密码不对。",
        "repeated_before": 0,
    }
    assert change(PASSWORD, ELSEWHERE) == "changed"


# --- one-time passwords --------------------------------------------------------------------------


@pytest.fixture
def one_time(world: World, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> str:
    """The one-time password of `drafter`, issued now."""
    monkeypatch.setattr(signing_in, "is_password", is_password)
    monkeypatch.setattr(people, "now", clock)
    return people.reset_password(world.session, None, world.actor("drafter").id)


def test_one_time_password_expires_and_says_so_to_whoever_knows_it(world: World, clock: Clock, one_time: str) -> None:
    clock.forward(hours=72)
    assert try_to(world, password=one_time) == "in"
    clock.forward(seconds=1)
    assert try_to(world, password=one_time) == "Invalid 这个一次性密码已经过期，请系统管理员重置密码。"
    assert try_to(world, password=WRONG) == REFUSED
    assert [json.loads(entry.detail)["reason"] for entry in entries(world, "sign_in_failed")][:1] == [
        "这个一次性密码已经过期，请系统管理员重置密码。"
    ]
    fresh = people.reset_password(world.session, None, world.actor("drafter").id)
    assert try_to(world, password=fresh) == "in"


def test_lasting_password_does_not_expire(world: World, clock: Clock, one_time: str) -> None:
    signing_in.change_password(world.session, world.actor("drafter"), one_time, NEW, NEW)
    clock.forward(days=1000)
    assert try_to(world, password=NEW) == "in"


@pytest.mark.parametrize("around", ["{} ", " {}", "{}\n", "\r\n{}\t", "\u3000{}\u00a0"])
def test_one_time_password_is_taken_with_blanks_around(world: World, one_time: str, around: str) -> None:
    assert try_to(world, password=around.format(one_time)) == "in"
    signing_in.change_password(world.session, world.actor("drafter"), around.format(one_time), NEW, NEW)
    assert try_to(world, password=around.format(NEW)) == REFUSED


def test_one_time_password_never_becomes_the_lasting_one(world: World, one_time: str) -> None:
    actor = world.actor("drafter")

    def change(current: str, new: str) -> str:
        with pytest.raises(Invalid) as refusal:
            signing_in.change_password(world.session, actor, current, new, new)
        return refusal.value.message

    for written in (one_time, f" {one_time} ", one_time.upper()):
        assert "一次性密码" in change(one_time, written) or "不能与现在的相同" in change(one_time, written)
    signing_in.change_password(world.session, actor, one_time, NEW, NEW)
    for written in (one_time, f"{one_time}\n", one_time.upper()):
        assert "一次性密码" in change(NEW, written)


def test_every_one_time_password_is_known_by_its_shape(world: World) -> None:
    for _ in range(200):
        with pytest.raises(Invalid, match="一次性密码的样子"):
            check_new_password(one_time_password(), ())


def test_changed_password_ends_every_session_and_need_not_be_changed_again(world: World) -> None:
    actor = world.actor("drafter")
    people.reset_password(world.session, None, actor.id)
    stamp = world.session.get_one(User, actor.id).stamp
    signing_in.change_password(world.session, actor, PASSWORD, NEW, NEW)
    world.session.rollback()
    user = world.session.get_one(User, actor.id)
    assert (user.must_change_password, user.stamp == stamp) == (False, False)
    assert is_password(user.password_hash, NEW)
    (entry,) = entries(world, "change_password")
    assert (entry.actor, told(entry)) == ("王经办（drafter）", {})
