"""Which report is it, which study, what changed? Pure: no I/O, no clock."""
