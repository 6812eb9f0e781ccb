"""The folder copy of a digest: written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import shutil
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from litwatch.disk import flush
from litwatch.errors import DeliveryError
from litwatch.model import Attachment

_ROOM = "free some space there"
_ACCESS = "give this user write access, or set delivery.folder to another place"
_OBSTACLE = "a file stands where the folder belongs; move it away"
REMEDIES: Mapping[int | None, str] = {
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.EFBIG: _ROOM,
    errno.EACCES: _ACCESS,
    errno.EPERM: _ACCESS,
    errno.EROFS: _ACCESS,
    errno.EEXIST: _OBSTACLE,
    errno.ENOTDIR: _OBSTACLE,
}
LABEL = re.compile(r"^\d{4}-(W\d{2}|\d{2}(-\d{2})?)$")


def write_folder(folder: Path, label: str, files: Sequence[Attachment]) -> Path:
    """Write ``files`` to ``folder/label`` and return that path.

    The files are written beside their place, flushed to disk and moved there in one step; what a crash left over is
    put back or cleared away. A copy that stands with the same content is left alone. Raises `DeliveryError` with the
    remedy; what stood before still stands then.
    """
    place = folder / label
    fresh, old = folder / f".{label}.new", folder / f".{label}.old"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise DeliveryError(f"{place}: is not a folder; move it away, the digest belongs there")
        if old.is_dir() and not place.exists():
            old.rename(place)  # killed between the two renames below
        _clear(old)
        if not _holds(place, files):
            _clear(fresh)
            _replace(place, fresh, old, files)
        flush(folder)
    except (OSError, zlib.error) as error:
        with contextlib.suppress(OSError):
            _clear(fresh)
        if not isinstance(error, OSError):
            raise DeliveryError(f"{place}: the store does not hold what was written; restore a backup") from error
        remedy = REMEDIES.get(error.errno, "see to the disk, or set delivery.folder to another place")
        raise DeliveryError(f"{place}: {error.strerror}; {remedy}") from error
    return place


def _replace(place: Path, fresh: Path, old: Path, files: Sequence[Attachment]) -> None:
    """Write ``fresh`` and put it in the place of ``place``."""
    fresh.mkdir()
    for file in files:
        _write(fresh / file.name, file)
    flush(fresh)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    flush(place.parent)
    _clear(old)


def told_before(folder: Path, watch_id: str) -> dict[str, tuple[datetime, dict[str, object]]]:
    """Return the digests of this watch that stand in ``folder``: label → (until, content of digest.json)."""
    found: dict[str, tuple[datetime, dict[str, object]]] = {}
    for path in sorted(folder.glob("*/digest.json")):
        if not LABEL.match(path.parent.name):
            continue
        try:
            content = json.loads(path.read_bytes())
            if content["watch"] == watch_id:
                found[path.parent.name] = (datetime.fromisoformat(content["period"]["to"]), content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DeliveryError(f"{path}: is not a digest of litwatch ({error}); move it away") from error
    return found


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _holds(place: Path, files: Sequence[Attachment]) -> bool:
    return place.is_dir() and all(_is_same(place / file.name, file) for file in files)


def _is_same(path: Path, content: Attachment) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in content.pieces()) and not file.read(1)


def _write(path: Path, content: Attachment) -> None:
    with path.open("wb") as file:
        for piece in content.pieces():
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
