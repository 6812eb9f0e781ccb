"""One transport for every source."""


class Transport:
    """Placeholder."""
