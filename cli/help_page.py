"""How `--help` looks: in the office's language, with every sentence whole, however narrow the terminal is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import typer
from rich.cells import cell_len
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from cli.help_texts import help_text

F = TypeVar("F", bound=Callable[..., Any])

OPTION = re.compile(r"--[a-z][a-z_-]*(=.*)?", re.DOTALL)
"""A word that is meant as an option, not as a text."""

KINDS: dict[object, str] = {datetime: "kind_day", Path: "kind_path", int: "kind_number"}
"""What stands for the value of an option, by its type; text if it is none of these."""

WIDEST, NARROWEST = 120, 40
"""The most and the fewest characters of a line, whatever the terminal is."""

PIECE = re.compile(
    r"\s+|[!-~]+[\u3000-\u303f\uff00-\uff0f\uff1a-\uff1f]*|.[\u3001\u3002\uff01-\uff0f\uff1a-\uff1f\u300b\u3015\u201d]*"
)
"""What is not cut at the end of a line: a word in Latin letters, or one character with the punctuation behind it."""


class OfficeCommand(TyperCommand):
    """A command whose help and refusals an officer can read."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of this command."""
        formatter.write(_page(self, ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words behind the command; refuse those that belong to nothing."""
        if ctx.ignore_unknown_options and not ctx.allow_extra_args:
            self._refuse_misspelt(ctx, args)
        takes_any, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = super().parse_args(ctx, args)
        ctx.allow_extra_args = takes_any
        if rest and not takes_any and not ctx.resilient_parsing:
            raise typer.BadParameter(help_text("extra_words", words=" ".join(rest)), ctx=ctx)
        return rest

    def _refuse_misspelt(self, ctx: Any, args: list[str]) -> None:
        known = {option for one in self.get_params(ctx) for option in (*one.opts, *one.secondary_opts)}
        for word in args[: args.index("--")] if "--" in args else args:
            if OPTION.fullmatch(word) and word.partition("=")[0] not in known:
                raise typer.BadParameter(help_text("text_is_option", word=word), ctx=ctx)


class OfficeGroup(TyperGroup):
    """A group of commands, with help and refusals as theirs."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of this group, with a line per command."""
        formatter.write(_page(self, ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command that the first word names; refuse a word that names none, and say which there are."""
        if self.get_command(ctx, args[0]) is None:
            names = "、".join(self.list_commands(ctx))
            raise typer.BadParameter(help_text("no_command", word=args[0], names=names), ctx=ctx)
        return super().resolve_command(ctx, args)


class CommandSet(typer.Typer):
    """Commands that belong together; without a word behind them they show their help."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            cls=OfficeGroup,
            no_args_is_help=True,
            rich_markup_mode=None,
            pretty_exceptions_enable=False,
            add_completion=False,
            **settings,
        )

    def command(self, name: str | None = None, **settings: Any) -> Callable[[F], F]:
        """Return what makes a function a command of this set."""
        return super().command(name, cls=OfficeCommand, **settings)


def _page(command: TyperCommand | TyperGroup, ctx: Any) -> str:
    width = max(NARROWEST, min(shutil.get_terminal_size().columns, WIDEST))
    shown = [one for one in command.get_params(ctx) if not getattr(one, "hidden", False)]
    arguments = [one for one in shown if isinstance(one, TyperArgument)]
    options = [one for one in shown if isinstance(one, TyperOption)]
    words = [ctx.command_path, *(_of_argument(one) for one in arguments), help_text("usage_options")]
    if isinstance(command, TyperGroup):
        words.append(help_text("usage_command"))
    lines = wrapped(help_text("usage", words=" ".join(words)), width)
    lines += ["", *(f"  {line}" for line in wrapped(command.help or "", width - 2))]
    lines += _section("arguments", [(_of_argument(one), _explained(one, ctx)) for one in arguments], width)
    lines += _section("options", [(_of_option(one), _explained(one, ctx)) for one in options], width)
    if isinstance(command, TyperGroup):
        lines += _section("commands", _commands(command, ctx), width)
    return "\n".join(lines)


def _section(title: str, rows: list[tuple[str, str]], width: int) -> list[str]:
    if not rows:
        return []
    lines, beside = ["", help_text(f"title_{title}")], max(cell_len(left) for left, _ in rows) + 4
    for left, right in rows:
        first, *others = wrapped(right, width - beside) or [""]
        lines.append(f"  {left}{' ' * (beside - 2 - cell_len(left))}{first}".rstrip())
        lines += [" " * beside + line for line in others]
    return lines


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of so many cells; only a piece that is longer than a line is cut."""
    lines, line = [], ""
    for piece in PIECE.findall(text):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()] if line else lines


def _commands(group: TyperGroup, ctx: Any) -> list[tuple[str, str]]:
    found = ((name, group.get_command(ctx, name)) for name in group.list_commands(ctx))
    return [(name, command.help or "") for name, command in found if command is not None and not command.hidden]


def _of_argument(argument: TyperArgument) -> str:
    name = argument.display_name_raw
    return name if argument.required else f"[{name}]"


def _of_option(option: TyperOption) -> str:
    names = " / ".join([*option.opts, *option.secondary_opts])
    if option.is_flag or option.name == "help":
        return names
    kind = option.metavar or help_text(KINDS.get(_value_of(option), "kind_text"))
    return f"{names} {kind}"


def _value_of(option: TyperOption) -> object:
    annotation = option.type_descriptor.annotation
    return annotation if isinstance(annotation, type) else None


def _explained(one: TyperArgument | TyperOption, ctx: Any) -> str:
    """Return what stands beside a parameter: what it is for, whether it must be there, and what else gives it."""
    if one.name == "help":
        return help_text("show_help")
    notes = []
    if one.required:
        notes.append(help_text("is_required"))
    if default := _default(one, ctx):
        notes.append(help_text("default_is", default=default))
    if one.envvar:
        notes.append(help_text("or_setting", name=one.envvar))
    return (one.help or "") + (help_text("notes", notes="；".join(notes)) if notes else "")


def _default(one: TyperArgument | TyperOption, ctx: Any) -> str:
    if isinstance(one.show_default, str):
        return one.show_default
    value = one.get_default(ctx, call=False)
    return "" if one.required or value is None or value is False or value == [] or value is True else str(value)
