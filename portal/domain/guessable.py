"""Whether a password is among those that an attacker tries first. `guessable.toml` has the words.

Nobody tries a list as it stands: words are joined, years and runs of digits added, letters replaced (p@ssw0rd). So the
whole password is read as words, names in pinyin and digits. Lengths and one-time passwords belong in the services.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Collection, Iterator
from functools import cache
from importlib.resources import files
from itertools import product

MOST_WORDS = 3
"""More unrelated common words than these make a passphrase that is hard to guess."""
FEWEST_LETTERS = 4
_REPLACED = str.maketrans("013457@$!", "oleastasi")
_LONGEST_WORD = 26
_NO_WORDS = 1000


@cache
def _words() -> frozenset[str]:
    plain = _data()
    return frozenset(
        word for name in ("worldwide", "keyboard", "habits", "workplace", "characters") for word in plain[name].split()
    )


@cache
def _pinyin(kind: str) -> dict[str, str]:
    """Pinyin → characters of `surnames` or syllables of `given` names."""
    return dict(pair.split(":") for pair in _data()[kind].split())


@cache
def _data() -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath("guessable.toml").read_text("utf-8"))


def is_guessable(password: str) -> bool:
    """Whether a password consists of digits with few letters, or of a few common words and names with digits."""
    text = unicodedata.normalize("NFKC", password).casefold()
    core = text.strip("0123456789 .,;:-_+*/=~#&%^?!@$()[]{}<>|'\"`\\")
    readings = {_joined(text), _joined(core), _joined(core.translate(_REPLACED))}
    few_letters = sum(character.isalpha() for character in text) < FEWEST_LETTERS
    return few_letters or any(reading and _count_words(reading) <= MOST_WORDS for reading in readings)


def holds_own_word(password: str, own_words: Collection[str]) -> bool:
    """Whether a password contains one of `own_words` (name, user name, unit code), in characters or in pinyin."""
    text = unicodedata.normalize("NFKC", password).casefold()
    joined = _joined(text)
    return any(
        word in text or _joined(word) in joined for own in own_words if own for word in (own.casefold(), *_spelt(own))
    )


def _joined(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _count_words(text: str) -> int:
    """The least number of words and names that make up `text` together with digits; more than any if they do not."""
    fewest = [0] + [_NO_WORDS] * len(text)
    for start in range(len(text)):
        if text[start].isdigit():
            fewest[start + 1] = min(fewest[start + 1], fewest[start])
        for end in _ends(text, start):
            fewest[end] = min(fewest[end], fewest[start] + 1)
    return fewest[-1]


def _ends(text: str, start: int) -> Iterator[int]:
    """Where the words and the names that begin at `start` end."""
    for end in range(start + 1, min(start + _LONGEST_WORD, len(text)) + 1):
        if text[start:end] in _words():
            yield end
    for surname in _syllables(text, start, "surnames"):
        for first in _syllables(text, surname, "given"):
            yield first
            yield from _syllables(text, first, "given")


def _syllables(text: str, start: int, kind: str) -> Iterator[int]:
    return (end for end in range(start + 1, start + 7) if text[start:end] in _pinyin(kind) and end <= len(text))


def _spelt(name: str) -> Iterator[str]:
    """A name of two to four characters in pinyin, surname first and last."""
    if not 2 <= len(name) <= 4:
        return
    options = [
        [pinyin for kind in ("surnames", "given") for pinyin, known in _pinyin(kind).items() if character in known]
        for character in name
    ]
    for syllables in product(*options):
        yield "".join(syllables)
        yield "".join((*syllables[1:], syllables[0]))
