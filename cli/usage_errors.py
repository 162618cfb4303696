"""What is said when a command was not written as it must be: which word, and how it is written."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from typer import TyperException
from typer._click.exceptions import BadOptionUsage, BadParameter, MissingParameter, NoArgsIsHelpError, NoSuchOption
from typer.core import TyperArgument, TyperOption

from cli.help_texts import help_text


def told(wrong: TyperException, words: Sequence[str]) -> str:
    """Return the sentences for a command that could not be read from `words`, and where its help is."""
    if isinstance(wrong, NoArgsIsHelpError):
        return wrong.format_message()
    ctx = getattr(wrong, "ctx", None)
    path = ctx.command_path if ctx is not None else "piyao"
    return f"{_sentence(wrong, words)}\n{help_text('see_help', command=path)}"


def _sentence(wrong: TyperException, words: Sequence[str]) -> str:
    match wrong:
        case MissingParameter(param=TyperOption() | TyperArgument() as param):
            return help_text("missing", name=_name(param), means=param.help or "")
        case NoSuchOption():
            near = "、".join(wrong.possibilities or ())
            found = help_text("no_option", option=wrong.option_name)
            return found + (help_text("did_you_mean", options=near) if near else "")
        case BadOptionUsage() if any(one.startswith(f"{wrong.option_name}=") for one in words):
            return help_text("takes_no_value", option=wrong.option_name)
        case BadOptionUsage():
            return help_text("needs_value", option=wrong.option_name)
        case BadParameter(param=TyperOption() | TyperArgument() as param):
            return help_text("unfit_value", name=_name(param), value=_given(param, words), means=param.help or "")
        case _:
            return wrong.message


def _name(param: TyperOption | TyperArgument) -> str:
    return param.opts[0] if isinstance(param, TyperOption) else param.display_name_raw


def _given(param: TyperOption | TyperArgument, words: Sequence[str]) -> str:
    """Return what was written for an option; empty where a position alone tells what an argument is."""
    for place, word in enumerate(words):
        name, joined, value = word.partition("=")
        if name in param.opts:
            return value if joined else "".join(words[place + 1 : place + 2])
    return ""


def refuse(wrong: TyperException) -> int:
    """Print what is wrong with a command, and return the exit status."""
    shows_help = isinstance(wrong, NoArgsIsHelpError)
    print(told(wrong, sys.argv[1:]), file=sys.stderr if not shows_help else sys.stdout)
    return wrong.exit_code
