"""Which pairs are compared at all: those that share one of a dozen keys. Pure, about linear in the number of records.

A key is hashed to 64 bits (a collision costs one needless comparison). In a large block, as of a title that recurs
every month, only neighbours in the order of titles are paired.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from litwatch.identify.dedupe.face import Face

Keys = NDArray[np.uint64]
Places = NDArray[np.int64]

AT_ONCE = 2_000  # faces whose pairs are made at once: bounds the memory
NEIGHBOURS = 16  # in a larger block, how far apart in the order of titles a pair may stand
_TELLING = ("doi:", "pmid:", "begins:", "long words:", "opening:")
_SHORTEST_TITLE = 12  # characters; a shorter title is no key on its own
_SHORT_WORD = 4
_SHORTEST_OPENING = 80  # characters


def keys(face: Face) -> Iterator[str]:
    """Yield the keys of one record; what is unknown makes none."""
    title = face.title.replace(" ", "")
    if face.doi:
        yield f"doi:{face.doi}"
    if face.pmid:
        yield f"pmid:{face.pmid}"
    if len(title) >= _SHORTEST_TITLE:
        yield f"begins:{title[:32]}"
        words = sorted(
            {word for word in face.title.split() if len(word) > _SHORT_WORD}, key=lambda word: (-len(word), word)
        )
        yield f"long words:{' '.join(sorted(words[:5]))}"
    if face.first_page:
        yield f"pages:{face.first_page}:{face.last_page}:{face.volume}:{face.year}"
        if face.volume:
            yield f"place:{face.volume}:{face.first_page}:{face.journal[:1]}"
        if face.first_author:
            yield f"author page:{face.first_author[:6]}:{face.first_page}:{face.year}"
    if face.first_author:
        if face.volume and face.journal:
            yield f"author place:{face.first_author[:6]}:{face.volume}:{face.journal[:1]}:{face.year}"
        yield f"author title:{face.first_author[:6]}:{face.year}:{title[:10]}"
        yield f"author end:{face.first_author[:6]}:{title[-12:]}"
    if len(face.opening) > _SHORTEST_OPENING:
        yield f"opening:{face.opening[:48]}"


def hashed(key: str) -> int:
    """Return 64 bits that stand for ``key``, the same on every machine; the lowest says whether it tells by itself."""
    bits = int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), "little")
    return bits | 1 if key.startswith(_TELLING) else bits & ~1


def telling(code: int) -> bool:
    """Tell whether a hashed key is of an identifier or a text, which few records share by chance."""
    return bool(code & 1)


def all_keys(faces: Sequence[Face]) -> tuple[Keys, Places]:
    """Return every key of every face, and the place of the face each belongs to."""
    found = array("Q")
    counts = []
    for one in faces:
        before = len(found)
        found.extend(map(hashed, keys(one)))
        counts.append(len(found) - before)
    return np.array(found, dtype=np.uint64), np.repeat(np.arange(len(faces), dtype=np.int64), counts)


def pairs(faces: Sequence[Face]) -> tuple[Places, Places]:
    """Return the pairs to compare, lower place first, each once. ``faces`` stand in the order of their titles."""
    parts = list(pairs_by_parts(faces)) or [(np.empty(0, dtype=np.int64),) * 2]
    one, other = (np.concatenate(column) for column in zip(*parts, strict=True))
    return one, other


def pairs_by_parts(faces: Sequence[Face]) -> Iterator[tuple[Places, Places]]:
    """Yield what `pairs` returns, in its order, the pairs of some faces at a time."""
    found, owners = all_keys(faces)
    order = np.lexsort((owners, found))
    found, owners = found[order], owners[order]
    for start in range(0, len(faces), AT_ONCE):
        mine = np.flatnonzero((owners >= start) & (owners < start + AT_ONCE))
        codes: list[Places] = []
        for step in range(1, NEIGHBOURS + 1):
            mine = mine[mine + step < len(found)]
            mine = mine[found[mine] == found[mine + step]]
            codes.append(owners[mine] * len(faces) + owners[mine + step])
        unique = np.unique(np.concatenate(codes))
        one, other = unique // len(faces), unique % len(faces)
        yield one[one != other], other[one != other]
