"""Typer's commands in the language asked for, and every failure as one sentence and an exit code."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from aduan_client.errors import ApiError, ClientError, ExitCode, UsageError
from aduan_client.formats import one_line
from aduan_client.messages import MESSAGES
from aduan_client.refusals import api_sentence
from aduan_client.words import ENGLISH_NAMES, Words, language

# Options of `aduan` itself. They may be typed after the command too, where people put them.
GLOBAL_OPTIONS = ("--profile", "--lang", "--zone")

# Names of Typer's parameters that are not ours to declare, and the key of their help.
FOREIGN_HELP = {
    "install_completion": "option.install_completion",
    "show_completion": "option.show_completion",
}

# Typer's help headings, which it reads when it prints.
HEADINGS = {
    "OPTIONS_PANEL_TITLE": "help.options",
    "ARGUMENTS_PANEL_TITLE": "help.arguments",
    "COMMANDS_PANEL_TITLE": "help.commands",
    "REQUIRED_LONG_STRING": "help.required",
    "DEFAULT_STRING": "help.default",
    "ENVVAR_STRING": "help.env",
}


class _Localised:
    """What commands and groups share: help in `say`'s language."""

    say = Words()

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]  # a mixin: the other base has it
        if option is not None:
            option.help = self.say("option.help")
            option.display_type_rich = _no_type
        return option

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]  # as above
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=self.say("help.usage"))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        from typer import rich_utils

        for name, key in HEADINGS.items():
            setattr(rich_utils, name, self.say(key))
        with _shown_names(self.params, self.say.language):  # type: ignore[attr-defined]  # as above
            super().format_help(ctx, formatter)  # type: ignore[misc]  # as above


def shown_name(names: Sequence[str], language: str) -> str:
    """The one of an option's long names that help shows: the first is English, the last Indonesian."""
    return names[0] if language == "en" else names[-1]


def shown_option(command: Any, option: str, language: str) -> str:
    """An option, given by any of its names, as the help of the command or of one below it shows it."""
    for param in command.params:
        if option in param.opts:
            return shown_name([name for name in param.opts if name.startswith("--")], language)
    for below in command.commands.values() if isinstance(command, Group) else ():
        if (shown := shown_option(below, option, language)) != option:
            return shown
    return option


@contextmanager
def _shown_names(params: Any, language: str) -> Iterator[None]:
    """Options with one name each while the help is printed."""
    names = [(param, param.opts, param.secondary_opts) for param in params]

    def shown(options: list[str]) -> list[str]:
        long = [option for option in options if option.startswith("--")]
        kept = shown_name(long, language)
        return [option for option in options if option == kept or option not in long]

    for param, options, negations in names:
        if any(option.startswith("--") for option in options):
            param.opts = shown(options)
            param.secondary_opts = shown(negations) if negations else negations
    try:
        yield
    finally:
        for param, options, negations in names:
            param.opts, param.secondary_opts = options, negations


class Command(_Localised, TyperCommand):
    """A command whose help texts are keys of the catalogue."""


class Group(_Localised, TyperGroup):
    """A group of commands whose help texts are keys of the catalogue."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if not ctx.resilient_parsing and not args[0].startswith("-") and args[0] not in self.commands:
            raise UsageError("usage.NoSuchCommand", name=args[0])
        return super().resolve_command(ctx, args)


class Programme(Group):
    """The outermost group: reads the language first and ends every failure well."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the programme and exit with one of ExitCode (130 when interrupted)."""
        words = global_first(list(sys.argv[1:] if args is None else args))
        say = Words(language(words, os.environ))
        localise(self, say)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows ? and goes on
        try:
            code = super().main(words, prog_name, complete_var, False, windows_expand_args, **extra)
        except ClientError as error:
            if "option" in error.values:
                error.values["option"] = shown_option(self, str(error.values["option"]), say.language)
            _fail(sentence(error, say), error.code)
        except typer.TyperException as error:
            _fail(usage_sentence(error, say), ExitCode.USAGE)
        except typer.Abort:
            _fail(say("error.aborted"), ExitCode.FAILURE)
        except Exception as error:
            if os.environ.get("ADUAN_DEBUG"):
                raise
            _fail(say("error.unexpected", name=type(error).__name__), ExitCode.FAILURE)
        sys.exit(code if isinstance(code, int) else ExitCode.OK)


def global_first(words: list[str]) -> list[str]:
    """The arguments with `aduan`'s own options moved to the front, wherever they were typed."""
    first: list[str] = []
    rest: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--":
            return [*first, *rest, word, *remaining]
        if word in GLOBAL_OPTIONS:
            first += [word, *[value for value in [next(remaining, None)] if value is not None]]
        elif word.partition("=")[0] in GLOBAL_OPTIONS:
            first.append(word)
        else:
            rest.append(word)
    return first + rest


def localise(command: Any, say: Words) -> None:
    """Turn the keys in a command's help, and in all below it, into sentences."""
    command.say = say
    command.options_metavar = say("help.options_metavar")
    for name in ("help", "short_help", "epilog", "rich_help_panel"):
        if getattr(command, name, None) in MESSAGES:
            setattr(command, name, say(getattr(command, name)))
    for param in command.params:
        key = FOREIGN_HELP.get(param.name, getattr(param, "help", None))
        if key in MESSAGES:
            param.help = say(key)
        if getattr(param, "is_flag", False):
            param.display_type_rich = _no_type
    if not isinstance(command, Group):
        return
    command.subcommand_metavar = say("help.command_metavar")
    for below in command.commands.values():
        localise(below, say)
    _one_name_each(command, say)


def _one_name_each(group: Group, say: Words) -> None:
    for indonesian, english in ENGLISH_NAMES.items():
        if indonesian in group.commands:
            shown, other = (indonesian, english) if say.language == "id" else (english, indonesian)
            group.commands[other].hidden = True
            command = group.commands[shown]
            command.short_help = say("help.also", text=command.help, name=other)


def _no_type(ctx: Any) -> None:
    """Shown as the type of a flag, which takes no value: nothing."""


def sentence(error: ClientError, say: Words) -> str:
    """What a failure says to a person."""
    return api_sentence(error, say) if isinstance(error, ApiError) else say(error.key, **error.values)


def usage_sentence(error: typer.TyperException, say: Words) -> str:
    """What was typed wrongly, and where its help is. Empty when the help itself was just shown."""
    kind = type(error).__name__
    if kind == "NoArgsIsHelpError":
        return ""
    ctx: Any = getattr(error, "ctx", None)
    param: Any = getattr(error, "param", None)
    name = getattr(error, "option_name", "")
    if param is not None:
        long = [option for option in param.opts if option.startswith("--")]
        name = shown_name(long, say.language) if long else param.metavar or param.name
    key = f"usage.{kind}"
    sentence = say(key if key in MESSAGES else "usage.other", name=name)
    return say("usage.hint", sentence=sentence, path=ctx.command_path) if ctx is not None else sentence


def _fail(sentence: str, code: int) -> NoReturn:
    if sentence:
        sys.stderr.write(one_line(sentence) + "\n")
    sys.exit(code)
