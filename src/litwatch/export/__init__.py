"""Reports in other programs' formats. Pure; hostile text can add no record, row or tag."""
