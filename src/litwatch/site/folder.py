"""The site's folder: written beside its place and put there in one step, or not at all.

A site can be built again from the store at any time, so its files are not flushed to disk one by one.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from litwatch.deliver.folder import REMEDIES
from litwatch.errors import DeliveryError, InputError

MARKER = ".litwatch-site.json"
_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9_-]*/)*[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9]+)+")


def state_of_site(folder: Path, watch_id: str) -> str | None:
    """Return the state that the site in ``folder`` was built from, or None where there is none yet.

    Raises `InputError` when the folder holds something else, another watch's site included.
    """
    if not folder.exists() and not folder.is_symlink():
        return None
    if folder.is_symlink() or not folder.is_dir():
        raise InputError(f"{folder}: is not a folder; name another place for the site")
    try:
        marker = json.loads((folder / MARKER).read_text(encoding="utf-8"))
        owner, state = str(marker["watch"]), str(marker["state"])
    except FileNotFoundError:
        if any(folder.iterdir()):
            raise InputError(
                f"{folder}: holds files that are not a site of litwatch; name an empty or new folder"
            ) from None
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / MARKER}: cannot be read ({error}); remove the folder and build again") from error
    if owner != watch_id:
        raise InputError(f"{folder}: holds the site of the watch {owner}; give each watch a folder of its own")
    return state


def write_site(folder: Path, files: Iterable[tuple[str, bytes]], *, watch_id: str, state: str) -> int:
    """Write ``files`` (path below the root, content) as the site in ``folder``; return how many they are.

    What stood there before, stale pages included, is replaced at once when all are written; when anything fails it
    still stands. Raises `InputError` as `state_of_site` does, and `DeliveryError` with the remedy.
    """
    folder = folder.absolute()
    fresh, old = folder.with_name(f".{folder.name}.new"), folder.with_name(f".{folder.name}.old")
    try:
        _recover(folder, old)
        state_of_site(folder, watch_id)
        _clear(fresh)
        fresh.mkdir(parents=True)
        count = _write(fresh, files)
        marker = {"watch": watch_id, "state": state}
        (fresh / MARKER).write_text(f"{json.dumps(marker)}\n", encoding="utf-8")
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    except OSError as error:
        if old.is_dir() and not folder.exists():
            old.rename(folder)
        remedy = REMEDIES.get(error.errno or 0, "name a folder in a place where folders can be renamed")
        raise DeliveryError(f"{folder}: {error.strerror}; {remedy}") from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(old, ignore_errors=True)
    return count


def _write(fresh: Path, files: Iterable[tuple[str, bytes]]) -> int:
    count = 0
    made: set[Path] = set()
    for path, content in files:
        if not _PATH.fullmatch(path):
            raise ValueError(f"{path!r}: not a path of the site")
        place = fresh / path
        if place.parent not in made:
            place.parent.mkdir(parents=True, exist_ok=True)
            made.add(place.parent)
        place.write_bytes(content)
        count += 1
    return count


def _recover(folder: Path, old: Path) -> None:
    """Put right what a build left that was killed between its two renames."""
    if old.is_dir() and not folder.exists():
        old.rename(folder)
    _clear(old)


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
