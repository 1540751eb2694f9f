"""Writes the tables of README.md that follow from the code: `make readme`, or `python -m scripts.readme`.

A generated table is between `<!-- name -->` and `<!-- /name -->`; the rest of the README is written by hand.
`tests/test_readme.py` checks both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from tempfile import TemporaryDirectory

import click
from flask import Flask

import config
from portal import create_app
from portal.domain import matrices
from portal.domain.permissions import Role

README = config.ROOT / "README.md"


def sections(app: Flask) -> dict[str, str]:
    """Return the generated text of each marked section by name."""
    return {"actions": actions(), "permissions": permissions(), "commands": commands(app)}


def actions() -> str:
    rows = [
        [move.label, move.sources, move.target, move.who, "；".join(move.preconditions)]
        for move in matrices.action_rows()
    ]
    return table(["操作", "从", "到", "谁", "要求"], rows)


def permissions() -> str:
    rows = [[right.label, right.when, *right.by_role] for right in matrices.permission_rows()]
    return table(["可以", "何时", *(role.label for role in Role)], rows)


def commands(app: Flask) -> str:
    """Return the portal's own commands with their arguments and the first paragraph of their help."""
    own = [(path, command) for path, command in _commands(app.cli) if _is_own(command)]
    return table(["命令", "作用"], [[f"`{_usage(path, command)}`", _help(command)] for path, command in own])


def _commands(group: click.Group, path: str = "flask") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _is_own(command: click.Command) -> bool:
    """Whether the portal defines the command, not Flask or Flask-Migrate."""
    return getattr(command.callback, "__module__", "").startswith("portal.")


def _usage(path: str, command: click.Command) -> str:
    return " ".join([path, *(_parameter(each, click.Context(command)) for each in command.params)])


def _parameter(parameter: click.Parameter, context: click.Context) -> str:
    """Return a parameter as in `--help`, with the option's name instead of its type."""
    if not isinstance(parameter, click.Option):
        return parameter.make_metavar(context)
    value = parameter.metavar or max(parameter.opts, key=len).lstrip("-").upper()
    text = parameter.opts[0] if parameter.is_flag else f"{parameter.opts[0]} {value}"
    text += " …" if parameter.multiple else ""
    return text if parameter.required else f"[{text}]"


def _help(command: click.Command) -> str:
    return (command.help or "").partition("\n\n")[0].replace("\n", "")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fill(text: str, generated: Mapping[str, str]) -> str:
    """Replace the content of each section of `text`. Raises ValueError if the markers of a section are missing."""
    for name, content in generated.items():
        before, start, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        if not (start and end):
            raise ValueError(f"README.md: no markers <!-- {name} --> … <!-- /{name} -->")
        text = f"{before}{start}{content}\n{end}{after}"
    return text


def main() -> None:
    with TemporaryDirectory() as folder:  # an app needs an instance folder; no database is opened
        app = create_app(config.load({"INSTANCE": folder}))
        README.write_text(fill(README.read_text(encoding="utf-8"), sections(app)), encoding="utf-8")


if __name__ == "__main__":
    main()
