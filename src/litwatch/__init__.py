"""litwatch: a literature watch that says what is new, what changed, and when nothing did."""

__version__ = "0.1.0"
