"""Conversion by LibreOffice: a process of its own, without macros, network or access to anybody's settings.

What is done with the converted file is in `files`; where LibreOffice is, the configuration says (SOFFICE).
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

SECONDS = 90
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
_RESTART = (79, 81)
"""Exit codes by which LibreOffice asks to be started again; with a new profile it may."""
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Save/Document", "LoadPrinter", "false"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Writer/Content/Update", "Link", "0"),  # never
    ("Office.Calc/Content/Update", "Link", "1"),  # never
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),  # discard: nobody answers
    ("Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


class NotConverted(Exception):
    """LibreOffice gave no file: it could not read the source, ran out of time, or lacks a part."""


@dataclass(frozen=True, slots=True)
class LibreOffice:
    """soffice: the path of the program. One conversion at a time needs some 300 MB and starts in two seconds."""

    soffice: str

    def convert(self, data: bytes, ending: str, target: str) -> bytes:
        """The file as `target` (docx, xlsx). Raises NotConverted."""
        with TemporaryDirectory(prefix="portal-office-") as name:
            folder = Path(name)
            source = folder / f"source.{ending}"
            source.write_bytes(data)
            _write_profile(folder / "profile")
            self._run(folder, source, target)
            converted = folder / "out" / f"source.{target}"
            if not converted.is_file():
                raise NotConverted
            return converted.read_bytes()

    def _run(self, folder: Path, source: Path, target: str) -> None:
        command = [
            _binary(self.soffice),
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
            *("--convert-to", _FILTERS[target], "--outdir", str(folder / "out"), str(source)),
        ]
        environment = {
            "HOME": str(folder),
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "TMPDIR": str(folder),
            "SAL_USE_VCLPLUGIN": "svp",
        }
        for _ in range(3):
            try:
                ended = subprocess.run(
                    command,
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=SECONDS,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired):
                raise NotConverted from None
            if ended.returncode not in _RESTART:
                return


def _binary(soffice: str) -> str:
    """The program behind the start script, so that there is one process to end."""
    path = Path(shutil.which(soffice) or soffice).resolve()
    binary = path.with_name("soffice.bin")
    return str(binary if binary.is_file() else path)


def _write_profile(folder: Path) -> None:
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (folder / "user").mkdir(parents=True)
    (folder / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{items}</oor:items>\n',
        encoding="utf-8",
    )
