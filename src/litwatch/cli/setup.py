"""Commands that need no watch yet: init and demo."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from litwatch.errors import InputError

WATCH = "ketamine-migraine.yaml"
WATCHES = ("ketamine-migraine", "psilocybin-cluster")  # what ships in litwatch.watches


@click.command()
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path("config.yaml"), show_default=True)
@click.option("--watch", type=click.Choice(WATCHES), default=WATCHES[0], show_default=True, help="Which example.")
def init(target: Path, watch: str) -> None:
    """Write a commented config.yaml: the ketamine-for-migraine watch, or another example, to use or to edit.

    An existing file is never overwritten.
    """
    content = resources.files("litwatch.watches").joinpath(f"{watch}.yaml").read_bytes()
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise InputError(f"{target}: exists already; move it away or name another file with --to") from None
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror}") from error
    click.echo(f"Wrote {target}. Fill in your e-mail address under sources.pubmed, then run: litwatch check")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("out"), show_default=True, help="Where to write.")
@click.pass_context
def demo(ctx: click.Context, out: Path) -> None:
    """Run two recorded weeks through the real pipeline, over loopback HTTP and a real local mail server."""
    from litwatch import logs
    from litwatch.demo.run import run

    options = ctx.find_root().obj
    logs.configure(style=options["log_format"], verbose=options["verbose"], secrets=())
    for line in run(out):
        click.echo(line)
