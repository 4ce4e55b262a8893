"""Games and formulas as data: what a file may state of them, read and refused without executing anything."""
