"""Passwords: argon2id, at most two computations at a time in a process, one-time passwords."""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import Invalid

SHORTEST = 10
LONGEST = 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each computation takes 19 MiB; a burst of sign-ins must not take the machine.
_turn = BoundedSemaphore(2)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_NOBODY: list[str] = []


def hash_password(password: str) -> str:
    with _turn:
        return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one of `stored`; takes as long where nothing is stored."""
    if stored is None:
        if not _NOBODY:
            _NOBODY.append(hash_password(secrets.token_hex()))
        is_password(_NOBODY[0], password)
        return False
    try:
        with _turn:
            return _hasher.verify(stored, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Easy to read out over the telephone: three groups of four letters and digits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_new_password(password: str, username: str) -> None:
    """Raises Invalid where `password` is too short, too long or simply the name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"密码要有 {SHORTEST} 到 {LONGEST} 个字符。", "new_password")
    if username.lower() in password.lower() or len(set(password)) < 5:
        raise Invalid("密码太容易猜到：不要包含用户名，也不要只用几个字符。", "new_password")


def new_stamp() -> str:
    """What ties a session to the account as it is now; a new one ends all sessions."""
    return secrets.token_hex(16)
