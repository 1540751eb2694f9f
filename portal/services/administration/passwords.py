"""Passwords: hashing with argon2id, policy, one-time passwords, session stamps."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.errors import Invalid
from portal.domain.guessable import holds_own_word, is_guessable

SHORTEST = 10
LONGEST = 128
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Each computation takes 19 MiB; a burst of sign-ins must not exhaust memory.
_computations = BoundedSemaphore(2)
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_ONE_TIME = re.compile(rf"[{_ALPHABET}]{{4}}(?:-[{_ALPHABET}]{{4}}){{2}}")
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


def one_time_password(seed: bytes = b"") -> str:
    """Three groups of four letters and digits, easy to read out over the telephone.

    `seed`: at least 32 secret bytes, from which the same password follows again; random without one.
    """
    number, letters = int.from_bytes(seed or secrets.token_bytes(32)), ""
    for _ in range(12):
        number, at = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[at]
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def check_new_password(password: str, own_words: Collection[str]) -> None:
    """Raises Invalid for a password that is too short or long, easy to guess, or has the shape of a one-time password.

    own_words: user name, name and unit code of the person.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"密码要有 {SHORTEST} 到 {LONGEST} 个字符。", "new_password")
    if _ONE_TIME.fullmatch(password.strip().lower()):
        # Whoever handed out a one-time password knows it; the shape tells all of them, also earlier ones.
        raise Invalid("这是一次性密码的样子。一次性密码别人见过，不能当作自己的密码，请另想一个。", "new_password")
    if holds_own_word(password, own_words):
        raise Invalid("密码太容易猜到：不要包含用户名、姓名（拼音也不行）或单位编码。", "new_password")
    if len(set(password)) < 5:
        raise Invalid("密码太容易猜到：不要只用几个字符。", "new_password")
    if is_guessable(password):
        raise Invalid(
            "密码太常见，容易猜到：常用词、姓名的拼音、键盘上相邻的键，加上数字也不行；可以用四个以上不相干的词。",
            "new_password",
        )


def new_stamp() -> str:
    """A session stamp: sessions hold the account's stamp, so storing a new one ends all sessions."""
    return secrets.token_hex(16)
