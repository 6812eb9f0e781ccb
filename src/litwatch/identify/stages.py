"""Where a registered trial stands, whatever its registry calls it. Pure.

Sources: the enumerations of ClinicalTrials.gov's API v2, CTIS's public statuses, ISRCTN's recruitment statuses, and the
words of the registers in WHO's exports. A status that is not in the table is not guessed by its first letters ("not
recruiting" was read as "recruiting" by others); WHO's "Not Recruiting" does not say whether before or after.
"""

from __future__ import annotations

from typing import Literal

from litwatch.identify.words import enum_key

Stage = Literal["planned", "recruiting", "running", "closed", "paused", "completed", "stopped", "never", "unsaid"]

_STATUSES: dict[Stage, tuple[str, ...]] = {
    "planned": ("NOT_YET_RECRUITING", "PENDING", "UNDER_EVALUATION", "AUTHORISED_RECRUITMENT_PENDING"),
    "recruiting": ("RECRUITING", "ENROLLING_BY_INVITATION", "AUTHORISED_RECRUITING", "ONGOING_RECRUITING"),
    "running": ("ACTIVE_NOT_RECRUITING", "ONGOING_RECRUITMENT_ENDED", "AUTHORISED", "AVAILABLE"),
    "closed": ("NOT_RECRUITING", "NO_LONGER_RECRUITING"),
    "paused": ("SUSPENDED", "TEMPORARILY_HALTED", "TEMPORARY_HALT"),
    "completed": ("COMPLETED", "COMPLETE", "ENDED"),
    "stopped": ("TERMINATED", "STOPPED", "PREMATURELY_ENDED", "EXPIRED", "REVOKED"),
    "never": ("WITHDRAWN", "WITHHELD", "NOT_AUTHORISED", "CANCELLED"),
}
_STAGE: dict[str, Stage] = {status: stage for stage, statuses in _STATUSES.items() for status in statuses}
GOES_ON: frozenset[Stage] = frozenset({"planned", "recruiting", "running", "paused"})


def stage_of(status: str) -> Stage:
    """Return the stage that a registry's ``status`` says; ``unsaid`` for none and for one that is not known."""
    return _STAGE.get(enum_key(status), "unsaid")
