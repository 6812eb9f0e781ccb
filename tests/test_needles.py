"""A pattern that looks before it searches finds what the same pattern finds that only searches."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litwatch import appraise as reading
from litwatch.appraise import design_cues, people_cues
from litwatch.appraise.needles import Pattern, may_match, needles_of
from reading import CONFIG

NEVER = "(?!)"  # no text can be made for it


def _within(value: object) -> Iterator[Pattern]:
    """Yield the patterns that are ``value``, or stand in it."""
    if isinstance(value, Pattern):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _within(one)


def _looking() -> dict[str, tuple[str, int]]:
    """Return every pattern of the reading that looks first: its words and flags."""
    found: dict[str, tuple[str, int]] = {}
    for module in pkgutil.iter_modules(reading.__path__):
        for name, value in vars(importlib.import_module(f"{reading.__name__}.{module.name}")).items():
            held = [pattern for pattern in _within(value) if pattern.pattern != NEVER]
            found |= {f"{module.name}.{name}.{at}": (one.pattern, one.flags) for at, one in enumerate(held)}
    vocabulary = reading.vocabulary_of(CONFIG)
    asked = {
        f"{one.id}.{name}": getattr(one, name) for one in vocabulary.questions for name in ("positive", "negative")
    }
    asked |= {name: getattr(vocabulary, name) for name in ("drug", "false_friends", "condition", "adjacent")}
    for name, words in asked.items():
        pattern = words._pattern  # noqa: SLF001  # the pattern is what is tested
        found[f"vocabulary.{name}"] = (pattern.pattern, pattern.flags)
    for cues in (design_cues, people_cues):
        found |= {f"{cues.__name__}.{k}": (v, 0) for k, v in vars(cues).items() if k.isupper() and isinstance(v, str)}
    return found


LOOKING = _looking()


@pytest.mark.parametrize("name", sorted(LOOKING))
@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_every_match_holds_a_needle(name: str, data: st.DataObject) -> None:
    """A text made to match is never passed over."""
    pattern, flags = LOOKING[name]
    text = data.draw(st.from_regex(re.compile(pattern, flags)))
    assert re.search(pattern, text, flags)
    assert Pattern(pattern, flags).search(text) is not None
    assert name.partition("_cues.")[1] == "" or may_match(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "flags", "needles"),
    [
        (r"\brandomi[sz]ed\b", 0, ("randomi",)),
        (r"\b(?:men|women)\b", 0, ("men",)),  # whoever holds "women" holds "men"
        (r"\bn ?= ?\d+|\bcohort", re.IGNORECASE, ("n", "cohort")),
        (r"Trial|BOLUS", re.IGNORECASE, ("bolus", "trial")),
        (r"(?:mg)?\d", 0, ()),  # nothing that must be there
        (r"\d (?:µg|mg)", re.IGNORECASE, (" ",)),
        (r"µg|mg", re.IGNORECASE, ("g",)),  # the micro sign folds to another letter
        (r"kétamine|Кетамин", re.IGNORECASE, ()),
        (r"kétamine|氯胺酮|[éè]ther", re.IGNORECASE, ("氯胺酮", "ther", "kétamine")),
    ],
)
def test_needles_are_what_a_match_cannot_do_without(pattern: str, flags: int, needles: tuple[str, ...]) -> None:
    assert needles_of(pattern, flags)[1] == needles


@pytest.mark.parametrize("text", ["ſham", "İs it", "SHAM", "Kelvin \u212a", "PAİN"])
def test_letters_that_fold_to_another_are_found(text: str) -> None:
    """The long s, the dotted capital I and the Kelvin sign match letters that lower case does not make of them."""
    for pattern in ("sham", "is it", "kelvin k", "pain"):
        theirs = re.compile(pattern, re.IGNORECASE).search(text)
        assert (Pattern(pattern, re.IGNORECASE).search(text) is None) == (theirs is None)
