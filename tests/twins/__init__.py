"""Two houses with the same cases: in one the worker is killed and frozen, in the other nothing happens.

Both must ring the same rungs and send the same letters. `python -m tests.twins --seed N --kills K --stops S`: a
program, not a test of the suite; `make chaos-rungs` runs it.
"""
