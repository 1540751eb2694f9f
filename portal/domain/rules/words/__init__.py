"""Word lists of the rules: one TOML file for each theme beside this module, with the reason for each list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

NEVER = "(?!)"


@cache
def load(theme: str) -> dict[str, Any]:
    """The lists of one theme by their names."""
    return tomllib.loads(files(__name__).joinpath(f"{theme}.toml").read_text("utf-8"))


def listed(theme: str, name: str) -> tuple[str, ...]:
    return tuple(load(theme)[name])


def one_of(words: Iterable[str]) -> str:
    """A regular expression that matches one of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True))) or NEVER


def pattern(theme: str, *names: str) -> re.Pattern[str]:
    """A pattern that finds any word of the lists."""
    return re.compile(one_of(word for name in names for word in listed(theme, name)))
