"""The command line: parse arguments, call one function of the library, print. No logic of its own.

Command modules are imported only when their command is called, so that ``litwatch --help`` answers at once.
"""

from __future__ import annotations

import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import click

from litwatch import __version__
from litwatch.cli.pipe import forgiving
from litwatch.errors import EXIT_INCOMPLETE, LitwatchError

# New objects before the collector of cycles looks for one, and how often it looks at older ones. Records and patterns
# form none: at Python's 700 it took a twelfth of a steady week's time.
COLLECTOR = (50_000, 20, 100)

# command: (module, function, one line for the list of commands)
COMMANDS = {
    "demo": ("setup", "demo", "Run two recorded weeks through the real pipeline, offline."),
    "init": ("setup", "init", "Write a commented config.yaml here."),
    "check": ("check", "check", "Rehearse the next run; change and send nothing."),
    "run": ("watch", "run", "Collect, then send the digest if one is due: the command for cron."),
    "collect": ("watch", "collect", "Search every source and keep what is found."),
    "serve": ("serve", "serve", "Collect and send digests on the configured schedule until SIGTERM."),
    "digest": ("digest", "digest", "Compose and deliver what is pending; show, resend, list."),
    "search": ("search", "search", "Try the strategy: show, counts, diff, recall."),
    "import": ("reports", "import_", "Mark reports as known from RIS, NBIB, BibTeX, CSV or ICTRP files."),
    "mark": ("reports", "mark", "Record your decision on a report."),
    "list": ("reports", "list_", "List the reports the watch knows."),
    "show": ("reports", "show", "Show one report and its study."),
    "dedupe": ("dedupe", "dedupe", "Find the duplicates among the records of a file, on any topic."),
    "appraise": ("appraise", "appraise", "Read titles and abstracts; print facts with their exact words."),
    "export": ("reports", "export", "Write reports as RIS, BibTeX, CSV or JSON."),
    "site": ("site", "site", "Build the static site and its Atom feed."),
    "log": ("log", "log", "Print the search log (PRISMA-S), methods paragraph, PRISMA flow."),
    "db": ("db", "db", "Migrate, check or back up the store."),
    "status": ("record", "status", "Tell how the watch is doing; exit 0 healthy, 1 not."),
}


class Commands(click.Group):
    """A group that knows its commands' names and imports each only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order a new user meets them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Import and return the command ``name``."""
        del ctx
        if name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(f"litwatch.cli.{module}"), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "path", type=click.Path(path_type=Path), help="The watch's file [config.yaml].")
@click.option("--log-format", type=click.Choice(["console", "json"]), default="console", help="How stderr is written.")
@click.option("-v", "--verbose", is_flag=True, help="Tell every step.")
@click.version_option(__version__, prog_name="litwatch")
@click.pass_context
def cli(ctx: click.Context, path: Path | None, log_format: str, *, verbose: bool) -> None:
    """Watch the literature on one topic, and say so when nothing is new."""
    ctx.obj = {"path": path, "log_format": log_format, "verbose": verbose}


def _open_streams() -> None:
    """Give a process that was started with a stream closed one that leads nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # as long as the process


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line; every expected failure ends in one line (or one a problem) on stderr."""
    gc.set_threshold(*COLLECTOR)
    _open_streams()
    sys.stdout = forgiving(sys.stdout)
    try:
        try:
            return cli.main(args=arguments, prog_name="litwatch", standalone_mode=True)
        finally:
            sys.stdout.flush()
    except OSError as error:
        # Standard output on a full disk, above all. What is left of it is not tried again when the process ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        click.echo(f"litwatch: {error.filename or 'standard output'}: {error.strerror or error}", err=True)
        sys.exit(EXIT_INCOMPLETE)
    except LitwatchError as error:
        for line in str(error).splitlines():
            click.echo(f"litwatch: {line}", err=True)
        sys.exit(error.exit_code)
