"""Whether two titles that look alike say different things: male and female, hypo- and hyper-, rat and rabbit. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import Levenshtein

_SMALL_WORDS = (
    "the of and in for a an on to by with from at as is are or vs versus during after via using its their between"
)
_SMALL = frozenset(_SMALL_WORDS.split())
# Words one or two letters apart that mean the opposite, or another thing.
_OPPOSED = (
    ("hypo", "hyper"),
    ("intra", "inter"),
    ("intra", "extra"),
    ("pre", "post"),
    ("pre", "re"),
    ("peri", "post"),
    ("male", "female"),
    ("men", "women"),
    ("agonist", "antagonist"),
    ("up", "down"),
    ("in", "ex"),
    ("in", "un"),
    ("anti", "pro"),
    ("macro", "micro"),
    ("uni", "bi"),
    ("iso", "oso"),
    ("endo", "exo"),
    ("epi", "endo"),
    ("mono", "poly"),
    ("homo", "hetero"),
)
# Beginnings that turn the word behind them: symptomatic, asymptomatic; ketamine, esketamine.
_TURNING = ("a", "an", "anti", "ar", "co", "de", "dis", "es", "fe", "im", "in", "ir", "non", "nor", "un", "wo")
_LONG_ENOUGH, _SAME_STEM, _LONG = 6, 8, 9  # letters: one may be misspelled, an ending may differ, two may be misspelled
_ENDING = 4  # letters; what differs in more is another word, as intravenous and intranasal


def unmatched(one: str, other: str) -> int:
    """Return how many of two titles have a word of weight that nothing in the other stands for: 0, 1 or 2."""
    ours, theirs = one.split(), other.split()
    left = [word for word in ours if word not in theirs and word not in _SMALL]
    right = [word for word in theirs if word not in ours and word not in _SMALL]
    if not left and not right:
        return 0
    joined = one.replace(" ", ""), other.replace(" ", "")
    if _turned(left, right, joined[0]) or _turned(right, left, joined[1]):
        return 2
    left = [word for word in left if word not in joined[1] or len(word) < _LONG_ENOUGH]
    right = [word for word in right if word not in joined[0] or len(word) < _LONG_ENOUGH]
    if "".join(left) == "".join(right):
        return 0
    for word in list(left):
        twin = next((candidate for candidate in right if _variants(word, candidate)), None)
        if twin is not None:
            left.remove(word)
            right.remove(twin)
    return bool(left and "".join(left) not in joined[1]) + bool(right and "".join(right) not in joined[0])


def _turned(plain: Iterable[str], words: Iterable[str], joined: str) -> bool:
    """Tell whether one of ``words`` turns one of ``plain``, and does not merely join two words of that title."""
    turning = {beginning + word for word in plain for beginning in _TURNING}
    return any(word in turning and word not in joined for word in words)


def _variants(one: str, other: str) -> bool:
    """Tell whether two words are spellings of one: tumour, tumor; a plural; a slip."""
    if _swapped(one, other):
        return True
    if one[0] != other[0] or opposed(one, other):
        return False
    shorter = min(len(one), len(other))
    if shorter < _LONG_ENOUGH:
        return one + "s" == other or other + "s" == one
    allowed = 1 if shorter < _LONG else 2
    return Levenshtein.distance(one, other, score_cutoff=allowed) <= allowed or (
        shorter >= _SAME_STEM and _shared(one, other) >= shorter - _ENDING
    )


def _swapped(one: str, other: str) -> bool:
    """Tell whether two neighbouring letters of a word changed places: inflammation, niflammation."""
    if len(one) != len(other) or len(one) < _LONG_ENOUGH:
        return False
    at = _shared(one, other)
    return one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]


def _shared(one: str, other: str) -> int:
    """Return how many letters two words begin with in common."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def opposed(one: str, other: str) -> bool:
    """Tell whether two words differ in a beginning that turns the meaning."""
    for first, second in _OPPOSED:
        for a, b in ((one, other), (other, one)):
            if a.startswith(first) and b.startswith(second) and a[len(first) :] == b[len(second) :]:
                return True
    return False
