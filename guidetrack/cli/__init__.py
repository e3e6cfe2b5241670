"""The command line: parse, call, print, exit. Commands load when they are named; ``--help`` loads none.

Exit status: 0 done; 1 only with ``--exit-code`` (something changed) and for ``verify`` (something does not match);
2 trouble; 3 another run holds the lock; 130 Ctrl-C; 143 SIGTERM. click itself would answer 1 for crashes, so
:func:`main` turns everything that is trouble into 2.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from guidetrack._version import __version__
from guidetrack.errors import GuidetrackError, LockedError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_DONE, EXIT_CHANGED, EXIT_TROUBLE, EXIT_LOCKED, EXIT_INTERRUPTED, EXIT_TERMINATED = 0, 1, 2, 3, 130, 143


class Entry(NamedTuple):
    """Where a command lives and the line that ``--help`` prints for it."""

    module: str
    name: str
    help: str


COMMANDS: dict[str, dict[str, Entry]] = {
    "Watch": {
        "check": Entry("watch", "check", "Fetch sources and record what changed."),
        "status": Entry("watch", "status", "Show where each source stands, worst first."),
        "init": Entry("setup", "init", "Write a starter sources.toml from the catalogue."),
        "add": Entry("setup", "add", "Try a source and write it to sources.toml."),
        "try": Entry("setup", "try_", "Show how a page would be tracked; writes nothing."),
        "sources": Entry("setup", "sources", "List the sources of sources.toml."),
        "doctor": Entry("setup", "doctor", "Check the set-up and say what to do."),
    },
    "Fleet": {
        "schedule": Entry("fleet", "schedule", "Put what is due into the queue of the workers."),
        "worker": Entry("fleet", "worker", "Look at the sources in the queue, beside other workers."),
    },
    "Read": {
        "changes": Entry("read", "changes", "List recorded changes, newest first."),
        "show": Entry("read", "show", "Print changes in full, with their marked words."),
        "history": Entry("read", "history", "Tell the dated story of one source."),
        "diff": Entry("read", "diff", "Compare a source between two dates, or two files."),
        "text": Entry("read", "text", "Print what a source said on a date."),
        "report": Entry("read", "report", "Write changes as html, mail, text, json, csv, xlsx or atom."),
        "mail": Entry("tell", "mail", "Deliver what is pending."),
    },
    "Decide": {
        "review": Entry("decide", "review", "Record a decision on a change."),
        "log": Entry("decide", "log", "Print the audit trail."),
    },
    "Keep": {
        "backfill": Entry("bring", "backfill", "Fetch the past of pages from a web archive."),
        "import": Entry("importing", "import_", "Take job lists and captures of other tools."),
        "verify": Entry("keep", "verify", "Re-read everything and check it against its digests."),
        "rebuild": Entry("watch", "rebuild", "Extract stored pages again after an upgrade."),
        "export": Entry("keep", "export", "Write evidence of a change, or the archive as WACZ."),
        "prune": Entry("keep", "prune", "Remove bodies of long-superseded captures."),
        "migrate": Entry("moving", "migrate", "Carry the archive to another place, and check it there."),
        "schema": Entry("setup", "schema", "Print the JSON Schema of sources.toml."),
        "demo": Entry("demo", "demo", "Run the whole job on a bundled little web."),
    },
}


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for entries in COMMANDS.values() for name in entries]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for entries in COMMANDS.values():
            if cmd_name in entries:
                entry = entries[cmd_name]
                module = importlib.import_module(f"guidetrack.cli.{entry.module}")
                command: click.Command = getattr(module, entry.name)
                return command
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], self.list_commands(ctx), 1) if args else []
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise click.UsageError(f"{error.message}{hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(len(name) for name in self.list_commands(ctx))
        for title, entries in COMMANDS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), entry.help) for name, entry in entries.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 done; 1 changed (only with --exit-code); 2 trouble; 3 another run holds the lock.",
)
@click.option("-c", "--sources", metavar="FILE",
              help="Sources to watch.  [env: GUIDETRACK_SOURCES; default: sources.toml]")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing unless there is news or trouble.")
@click.option("-v", "--verbose", is_flag=True, help="Say more, on stderr.")
@click.version_option(__version__, "-V", "--version", prog_name="guidetrack", message="%(prog)s %(version)s",
                      help="Show the version.")
@click.pass_context
def cli(ctx: click.Context, sources: str | None, quiet: bool, verbose: bool) -> None:
    """Watch what regulators, payers and professional societies publish about
    ketamine and esketamine for depression, and see what changed."""
    from guidetrack.cli.app import App

    ctx.obj = App(sources_path=sources, quiet=quiet, verbose=verbose)


def main(args: Sequence[str] | None = None) -> None:
    """Entry point of the console script: runs a command and exits with the status of the design, section 4."""
    sys.exit(run(list(sys.argv[1:] if args is None else args)))


def run(args: list[str]) -> int:
    """Run one command line and return its exit status. Never lets a traceback reach the user without ``-v``."""
    try:
        result: Any = cli.main(args=args, prog_name="guidetrack", standalone_mode=False)
        sys.stdout.flush()
        return result if isinstance(result, int) else EXIT_DONE
    except SystemExit:
        # click ends so when the reader of our output went away (``| head``): not our trouble
        return EXIT_DONE
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_TROUBLE
    except (click.Abort, KeyboardInterrupt):
        click.echo("guidetrack: interrupted; what was done is kept.", err=True)
        return EXIT_INTERRUPTED
    except LockedError as error:
        click.echo(f"guidetrack: {error}", err=True)
        return EXIT_LOCKED
    except GuidetrackError as error:
        from guidetrack.cli.app import say

        say("\n".join(f"guidetrack: {line}" for line in str(error).splitlines() or ["failed"]))
        return EXIT_TROUBLE
    except BrokenPipeError:
        # the reader of our output went away (``| head``): not our trouble, and nothing more can be printed
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
    except OSError as error:
        where = f": {error.filename}" if error.filename else ""
        click.echo(f"guidetrack: {error.strerror or error}{where}", err=True)
        return EXIT_TROUBLE
    except Exception as error:
        if "-v" in args or "--verbose" in args:
            raise
        click.echo(f"guidetrack: unexpected {type(error).__name__}: {error}. Run again with -v before the command "
                   "for details, and please report it.", err=True)
        return EXIT_TROUBLE
