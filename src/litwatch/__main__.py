"""``python -m litwatch`` is ``litwatch``."""

from litwatch.cli import main

main()
