"""An acknowledgement races the timer of the next rung, again and again: no level above it ever rings after it.

`python -m tests.race --runs N`: a thousand in each mode; `make race` runs it, `tests/workflows/test_race.py` a few.
"""
