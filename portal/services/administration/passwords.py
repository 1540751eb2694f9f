"""Passwords: hashing with argon2id, policy, one-time passwords, session stamps."""

from __future__ import annotations

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import Invalid

SHORTEST = 10
LONGEST = 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each computation takes 19 MiB; a burst of sign-ins must not exhaust memory.
_computations = BoundedSemaphore(2)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_DUMMY_HASH: list[str] = []


def hash_password(password: str) -> str:
    with _computations:
        return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether `password` matches the hash `stored`. Takes the same time where `stored` is None (no such account)."""
    if stored is None:
        if not _DUMMY_HASH:
            _DUMMY_HASH.append(hash_password(secrets.token_hex()))
        is_password(_DUMMY_HASH[0], password)
        return False
    try:
        with _computations:
            return _hasher.verify(stored, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Three groups of four letters and digits, easy to read out over the telephone."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))


def check_new_password(password: str, username: str) -> None:
    """Raises Invalid for a wrong length, the user name inside the password, or fewer than 5 distinct characters."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"密码要有 {SHORTEST} 到 {LONGEST} 个字符。", "new_password")
    if username.lower() in password.lower() or len(set(password)) < 5:
        raise Invalid("密码太容易猜到：不要包含用户名，也不要只用几个字符。", "new_password")


def new_stamp() -> str:
    """A session stamp: sessions hold the account's stamp, so storing a new one ends all sessions."""
    return secrets.token_hex(16)
