"""Stand-ins for LibreOffice: scripts that give a prepared file, give none, or never end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.domain.documents import PerformanceText
from portal.formats import files
from tests.domain.files import ole
from tests.world import sound_project

DOC = ole("1Table", "WordDocument")
"""Enough of a .doc to be taken for one."""
TEXT = PerformanceText(None, (sound_project(),))
"""What `giving` makes of every file."""


def converter(folder: Path, *lines: str) -> str:
    """The path of a program. Its lines find the source in $source and the folder for the result in $out."""
    program = folder / "soffice"
    head = ("#!/bin/sh", 'for source; do :; done; out=$(dirname "$source")/out; mkdir -p "$out"')
    program.write_text("\n".join((*head, *lines)) + "\n")
    program.chmod(0o700)
    return str(program)


def giving(folder: Path, *lines: str) -> str:
    (folder / "converted.docx").write_bytes(files.write("docx", TEXT))
    return converter(folder, *lines, f'cp "{folder}/converted.docx" "$out/source.docx"')


@dataclass(frozen=True)
class Blocking:
    """A converter that never ends. `alive`: a pipe that ends when it is dead, however it died."""

    program: str
    pipe: Path

    @contextmanager
    def started(self) -> Iterator[IO[bytes]]:
        """Wait for its start; yields `alive`."""
        with self.pipe.open("rb") as alive:
            assert alive.readline() == b"started\n"
            yield alive


def blocking(folder: Path) -> Blocking:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    return Blocking(converter(folder, f'exec 3>"{pipe}"', "echo started >&3", "exec sleep 1000"), pipe)
