"""Kill -9 of every part, again and again, while officers work: nothing accepted is lost, nothing is published twice.

`python -m tests.chaos --seed N --kills K`: a program, not a test of the suite; `make chaos` runs it.
"""
