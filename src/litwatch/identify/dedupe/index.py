"""An index of known records, to compare a few new ones with. Pure: bytes in and out.

Only the known records that share a key with a new one are decoded and compared; reading the index costs no more than
copying it. Whoever keeps the bytes owns the file: `litwatch dedupe --index` does.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Self, get_type_hints
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from litwatch.errors import InputError
from litwatch.identify.dedupe.blocking import NEIGHBOURS, Keys, Places, all_keys, telling
from litwatch.identify.dedupe.clusters import Cluster, Duplicate, Resolution, faces_of, resolve_faces
from litwatch.identify.dedupe.face import Face
from litwatch.identify.dedupe.reference import Reference

FORM = 2  # of the bytes and of what stands in them; another one is refused
_TITLE_BYTES = 8
ENOUGH = 2  # keys that are shared, unless one is telling by itself
_BETWEEN = "\x1f"  # the fields of a face
_BETWEEN_BYTE = _BETWEEN.encode()
_WHOLE = frozenset(name for name, kind in get_type_hints(Face).items() if kind is int)


class Index:
    """Known records by their keys. `add` returns a larger index; nothing is ever changed in place."""

    def __init__(self, keys: Keys, titles: Keys, owners: Places, ends: Places, faces: NDArray[np.uint8]) -> None:
        self._keys, self._titles, self._owners = keys, titles, owners  # one entry a key, sorted
        self._ends, self._faces = ends, faces  # where in the text each face ends, and the text

    @classmethod
    def empty(cls) -> Self:
        """Return an index of nothing."""
        none = np.empty(0, dtype=np.uint64)
        places = np.empty(0, dtype=np.int64)
        return cls(none, none, places, places, np.empty(0, dtype=np.uint8))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the index that `to_bytes` wrote. Raises `InputError` where ``content`` is none, or of another form."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as held:
                if int(held["form"]) != FORM:
                    raise InputError(
                        f"index: written in form {int(held['form'])}, this version reads {FORM}; build it anew"
                    )
                return cls(*(held[name] for name in ("keys", "titles", "owners", "ends", "faces")))
        except (ValueError, KeyError, OSError, EOFError, BadZipFile) as error:
            raise InputError("index: not written by litwatch, or damaged; name another file") from error

    def to_bytes(self) -> bytes:
        """Return the index as bytes for `from_bytes`."""
        stream = io.BytesIO()
        np.savez_compressed(
            stream,
            form=np.array(FORM),
            keys=self._keys,
            titles=self._titles,
            owners=self._owners,
            ends=self._ends,
            faces=self._faces,
        )
        return stream.getvalue()

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, records: Iterable[Reference | Mapping[str, str | None]]) -> Index:
        """Return an index that holds ``records`` as well. Raises `InputError` where two of them share a record id."""
        faces = faces_of(records)
        keys, owners = all_keys(faces)
        titles = _title_keys(faces)[owners]
        texts = [_text(face) for face in faces]
        ends = np.cumsum([len(text) for text in texts], dtype=np.int64) + len(self._faces)
        keys = np.concatenate([self._keys, keys])
        titles = np.concatenate([self._titles, titles])
        owners = np.concatenate([self._owners, owners + len(self)])
        order = np.lexsort((owners, titles, keys))
        return Index(
            keys[order],
            titles[order],
            owners[order],
            np.concatenate([self._ends, ends]),
            np.concatenate([self._faces, np.frombuffer(b"".join(texts), dtype=np.uint8)]),
        )

    def resolve(self, records: Iterable[Reference | Mapping[str, str | None]]) -> Resolution:
        """Return the clusters that ``records`` form among themselves and with known records, and the doubtful pairs.

        Every cluster and every pair holds at least one of ``records``; of a cluster with known records a known one is
        kept, since somebody has read it. Raises `InputError` where a record id is given
        twice, or known already.
        """
        new = faces_of(records)
        fresh = {face.record_id for face in new}
        pairs = self._sharing(new)
        places = sorted({place for _, place in pairs})
        near = [self._face(place) for place in places]
        twice = next((face.record_id for face in near if face.record_id in fresh), None)
        if twice is not None:
            raise InputError(f"record_id: {twice}: the index holds a record of this id; give each record its own")
        at = {place: len(new) + number for number, place in enumerate(places)}
        found = resolve_faces([*new, *near], beside=len(new), pairs=[(one, at[place]) for one, place in pairs])
        return Resolution(
            clusters=tuple(_anchored(one, fresh) for one in found.clusters if not fresh.isdisjoint(one.record_ids)),
            possible=tuple(
                pair for pair in found.possible if not fresh.isdisjoint({pair.record_id_a, pair.record_id_b})
            ),
        )

    def record_ids(self) -> frozenset[str]:
        """Return the ids of all records it holds."""
        content, starts = self._faces.tobytes(), [0, *self._ends.tolist()]
        return frozenset(content[at : content.index(_BETWEEN_BYTE, at)].decode() for at in starts[:-1])

    def near(self, faces: Sequence[Face]) -> list[tuple[int, Face]]:
        """Return the known records that each of ``faces`` is to be compared with, by its place, as they were added."""
        pairs = self._sharing(faces)
        known = {place: self._face(place) for place in {place for _, place in pairs}}
        return [(one, known[place]) for one, place in pairs]

    def _sharing(self, faces: Sequence[Face]) -> list[tuple[int, int]]:
        """Return each pair of one of ``faces`` and a known record that share a telling key or two keys, by place."""
        keys, owners = all_keys(faces)
        titles = _title_keys(faces)[owners] if len(faces) else np.empty(0, dtype=np.uint64)
        starts = np.searchsorted(self._keys, keys, side="left")
        stops = np.searchsorted(self._keys, keys, side="right")
        found: dict[tuple[int, int], int] = defaultdict(int)
        shared = np.flatnonzero(stops > starts)
        for entry in shared.tolist():
            start, stop = int(starts[entry]), int(stops[entry])
            if stop - start > 2 * NEIGHBOURS:  # a title that recurs every month: its neighbours in the order of titles
                at = start + int(np.searchsorted(self._titles[start:stop], titles[entry]))
                start, stop = max(start, at - NEIGHBOURS), min(stop, at + NEIGHBOURS)
            one = int(owners[entry])
            weight = ENOUGH if telling(int(keys[entry])) else 1
            for place in self._owners[start:stop].tolist():
                found[one, place] += weight
        return sorted(pair for pair, weight in found.items() if weight >= ENOUGH)

    def _face(self, place: int) -> Face:
        start = int(self._ends[place - 1]) if place else 0
        values = self._faces[start : int(self._ends[place])].tobytes().decode().split(_BETWEEN)
        return Face._make(
            int(value) if name in _WHOLE else value for name, value in zip(Face._fields, values, strict=True)
        )


def _text(face: Face) -> bytes:
    return _BETWEEN.join(str(value).replace(_BETWEEN, " ") for value in face).encode()


def _anchored(cluster: Cluster, fresh: Collection[str]) -> Cluster:
    """Return ``cluster`` with a known record as the one that is kept, if it holds any."""
    anchor = next((one for one in cluster.duplicates if one.record_id not in fresh), None)
    if cluster.kept not in fresh or anchor is None:
        return cluster
    others = [one for one in cluster.duplicates if one is not anchor]
    former = Duplicate(record_id=cluster.kept, of=anchor.record_id, reason=anchor.reason)
    return Cluster(cluster_id=cluster.cluster_id, kept=anchor.record_id, duplicates=(former, *others))


def _title_keys(faces: Sequence[Face]) -> Keys:
    """Return numbers that sort as the titles begin."""
    return np.array(list(_openings(faces)), dtype=np.uint64)


def _openings(faces: Iterable[Face]) -> Iterator[int]:
    for face in faces:
        yield int.from_bytes(face.title.encode()[:_TITLE_BYTES].ljust(_TITLE_BYTES), "big")
