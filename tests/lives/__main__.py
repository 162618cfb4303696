"""Live random lives in the sample office, and print what is wrong: `python -m tests.lives [--runs N] [--seed N]`.

The exit status is 1 if anything is wrong. A life is lived again, step by step, with `--only SEED`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache

from domain.office.office import Office
from tests.lives.house import sample
from tests.lives.life import OfficeLife

STEPS = 120
Told = tuple[int, int, list[str], Counter[str], Counter[str]]


@cache
def _office() -> Office:
    return sample()


def lived(seed: int) -> Told:
    """Live one life; return its seed, its decisions, what is wrong, what was refused and what happened."""
    life = OfficeLife(seed, _office())
    try:
        life.lived(STEPS)
    except Exception as fault:
        life.wrong.append(f"{type(fault).__name__}: {fault}")
    happened = Counter({entry.event.kind for entry in life.entries})
    closed_at = life.case.closed_at
    happened["finding_after_closing"] = int(
        any(one.event.kind == "finding_received" and closed_at and one.at > closed_at for one in life.entries)
    )
    return seed, life.decisions, life.wrong, life.refusals, happened


def main() -> int:
    """Live the lives and print what came of them."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--runs", type=int, default=2000)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--only", type=int)
    said = ask.parse_args()
    if said.only is not None:
        life = OfficeLife(said.only, sample())
        life.lived(STEPS)
        print("\n".join([*life.log, *(f"✗ {one}" for one in life.wrong)]))
        return int(bool(life.wrong))
    begun, decisions, wrong = time.monotonic(), 0, 0
    refusals, happened = Counter[str](), Counter[str]()
    with ProcessPoolExecutor(2) as pool:
        for seed, spoken, found, refused, seen in pool.map(lived, range(said.seed, said.seed + said.runs), chunksize=8):
            decisions, wrong = decisions + spoken, wrong + bool(found)
            refusals, happened = refusals + refused, happened + seen
            for one in found:
                print(f"✗ life {seed}: {one}")
    print(f"refused: {dict(refusals.most_common())}")
    print(f"lives in which it happened: {dict(happened.most_common())}")
    print(f"lives {said.runs} from seed {said.seed}, decisions {decisions}, {time.monotonic() - begun:.0f} s")
    print(f"{'✗' if wrong else '✓'} {wrong} lives wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
