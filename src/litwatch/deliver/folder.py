"""The folder copy of a digest: written whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from litwatch.errors import DeliveryError

LABEL = re.compile(r"^\d{4}-(W\d{2}|\d{2}(-\d{2})?)$")


def write_folder(folder: Path, label: str, files: Mapping[str, bytes]) -> Path:
    """Write ``files`` to ``folder/label`` and return that path.

    The files are written beside their place, flushed to disk and moved there in one step; what a crash left over is
    cleared away. A copy that stands with the same content is left alone. Raises `DeliveryError` with the remedy.
    """
    place = folder / label
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if place.is_symlink() or (place.exists() and not place.is_dir()):
            raise DeliveryError(f"{place}: is not a folder; move it away, the digest belongs there")
        for leftover in folder.glob(f".{label}.*"):
            shutil.rmtree(leftover)
        if _holds(place, files):
            return place
        fresh = folder / f".{label}.new"
        fresh.mkdir()
        for name, content in sorted(files.items()):
            _write(fresh / name, content)
        _flush(fresh)
        if place.exists():
            old = folder / f".{label}.old"
            place.rename(old)
            fresh.rename(place)
            shutil.rmtree(old)
        else:
            fresh.rename(place)
        _flush(folder)
    except OSError as error:
        raise DeliveryError(f"{place}: {error.strerror}; free the disk or give this user write access") from error
    return place


def add_file(folder: Path, label: str, name: str, content: bytes) -> None:
    """Add one file to a folder copy that stands, whole or not at all. Raises `DeliveryError`."""
    place = folder / label
    try:
        fresh = place / f".{name}.new"
        _write(fresh, content)
        fresh.rename(place / name)
        _flush(place)
    except OSError as error:
        raise DeliveryError(
            f"{place / name}: {error.strerror}; free the disk or give this user write access"
        ) from error


def told_before(folder: Path, watch_id: str) -> dict[str, tuple[datetime, dict[str, object]]]:
    """Return the digests of this watch that stand in ``folder``: label → (until, content of digest.json)."""
    found: dict[str, tuple[datetime, dict[str, object]]] = {}
    for path in sorted(folder.glob("*/digest.json")):
        if not LABEL.match(path.parent.name):
            continue
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["watch"] == watch_id:
                found[path.parent.name] = (datetime.fromisoformat(content["period"]["to"]), content)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DeliveryError(f"{path}: is not a digest of litwatch ({error}); move it away") from error
    return found


def _holds(place: Path, files: Mapping[str, bytes]) -> bool:
    return place.is_dir() and all(
        (place / name).is_file() and (place / name).read_bytes() == content for name, content in files.items()
    )


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
