"""Every error litwatch raises on purpose, with the exit code it ends in.

A message has the shape ``what: which: cause`` and fits one line. A subclass exists only where somebody handles it
differently (law 7 of the design).
"""

from __future__ import annotations

EXIT_DONE = 0
EXIT_INCOMPLETE = 1
EXIT_USAGE = 2
EXIT_STORE = 74
EXIT_BUSY = 75
EXIT_CONFIG = 78


class LitwatchError(Exception):
    """The base: a message for a person, and the exit code the command ends with."""

    exit_code = EXIT_INCOMPLETE


class ConfigError(LitwatchError):
    """The configuration is not usable; ``problems`` holds one line for each thing to mend."""

    exit_code = EXIT_CONFIG

    def __init__(self, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


class SourceError(LitwatchError):
    """One source did not answer as promised; the run goes on and nothing of that source advances."""

    def __init__(self, source: str, message: str) -> None:
        self.source = source
        super().__init__(f"{source}: {message}")


class SourceUnavailable(SourceError):
    """Transient: unreachable, overloaded or too slow, and the retries are spent."""


class SourceRefused(SourceError):
    """Permanent: the service refuses the query, the key or the address; a retry would not help."""


class UnexpectedAnswer(SourceError):
    """The service answered, but not what its documentation promises; the answer is not believed."""


class StoreError(LitwatchError):
    """The store cannot be opened, read or written; nothing is sent."""

    exit_code = EXIT_STORE


class DeliveryError(LitwatchError):
    """A message did not leave; it stays in the outbox with the same bytes unless ``permanent``."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        self.permanent = permanent
        super().__init__(message)


class InputError(LitwatchError):
    """A file or argument the user gave cannot be used; names the file, line or record and the remedy."""

    exit_code = EXIT_USAGE


class Busy(LitwatchError):
    """Another run holds the lease."""

    exit_code = EXIT_BUSY
