"""What became of each case of the matrix: its clocks as it goes on, and all of it at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.events import Delivered, EpochOpened
from domain.runs import RunAlarm
from domain.values import TimelinePosition
from tests.office_env import World
from tests.restores import checking, lives
from tests.restores.matrix import Tried
from tests.restores.receiving import Taken
from tests.restores.stopping import Way


async def compared(world: World, one: Tried) -> None:
    """Hold the clocks of a case that goes on against those before, as of the same instant."""
    if one.before is not None and one.at is not None:
        after = await world.desk._client.clocks(one.case, one.at)
        one.wrong += checking.clocks_apart(one.before, after, undone=one.way is Way.RESET)


async def judged(world: World, one: Tried, taken: Taken) -> None:
    """Write down what is wrong with a case that has come to its end."""
    end, lines = await lives.state(world, one.case), await world.register.timeline(one.case)
    newest = max(line.epoch for line in lines)
    position = TimelinePosition(epoch=newest, seq=end.seq, head=end.head)
    one.wrong += checking.breaks(one.case, lines, position)
    if newest == end.epoch:
        one.wrong += checking.untold(lines)
    elif not await called(world, one.case, newest):  # it was over before anybody could let it tell
        one.wrong.append(f"it was set back and ended, and nobody was called about epoch {newest}")
    if not end.over:
        one.wrong.append(f"it never ended: it stands in {end.stage}")
    undone = any(line.event.unheard for line in lines if isinstance(line.event, EpochOpened))
    written = Counter(line["key"] for line in world.outbox())
    for keys in (written, taken.letters, taken.pages):
        one.wrong += checking.doubled(Counter(dict(_of(one.case, keys))), undone=undone)
    said = {line.event.channel for line in lines if isinstance(line.event, Delivered)}
    if "partner" in said and not dict(_of(one.case, taken.pages)):
        one.wrong.append("the partner never got the page it is said to have")


async def called(world: World, case: str, epochs: int) -> bool:
    """Whether people were called about a case that was set back; one letter about many cases names the first."""
    ways = [(one.id, channel) for one in world.office.people if one.administrator for channel in one.addresses]
    keys = [f"{case}/run/{RunAlarm.SET_BACK}/{n}/{who}/{by}" for n in range(1, epochs + 1) for who, by in ways]
    return bool(await world.register.delivered(keys))


def counted(tried: Iterable[Tried]) -> Iterator[str]:
    """Yield one line per stage and way: how many cases, how many were restored, and how many are wrong."""
    cells: dict[tuple[str, str], list[Tried]] = {}
    for one in tried:
        cells.setdefault((one.stage, one.way), []).append(one)
    for (stage, way), ones in cells.items():
        restored, untouched = sum(one.restored for one in ones), sum(one.untouched for one in ones)
        wrong = sum(bool(one.wrong) for one in ones)
        yield f"{stage:13}{way:11}{len(ones):3} cases{restored:3} restored{untouched:3} left alone{wrong:3} wrong"


def _of(case: str, keys: Counter[str]) -> Iterator[tuple[str, int]]:
    yield from ((key, times) for key, times in keys.items() if key.startswith(f"{case}/"))
