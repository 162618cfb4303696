"""Play everything at once and gather what came of it: the demo's scenes, or the rows of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from cli.demo import case_scripts, report_file
from cli.demo.live_table import LiveTable
from cli.demo.officers import Officers
from cli.demo.scenario import Scene, scenes
from cli.demo.time_travel import TimeTravel
from cli.messages import message

LIMIT = 600.0
"""Seconds a play may take; then it fails and says which case stands where."""


@dataclass
class DemoOutcome:
    """Be what a play came to: reports handed in, cases opened, and every line about what went wrong."""

    reports: int = 0
    joined: int = 0
    refused: int = 0
    cases: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


async def play_scenes(officers: Officers, clockwork: TimeTravel, board: LiveTable) -> DemoOutcome:
    """Play the demo's own scenes."""
    played = DemoOutcome()
    await _shown(board, _scenes(officers, clockwork, played), played)
    return played


async def play_rows(
    officers: Officers, board: LiveTable, lines: list[report_file.ReportLine], source: str
) -> DemoOutcome:
    """Play the rows of a file."""
    handed, played = report_file.ImportCounts(), DemoOutcome()
    await _shown(board, report_file.play(lines, officers, source, handed), played)
    played.reports, played.joined, played.cases = handed.reports, handed.joined, handed.cases
    played.refused = len(handed.refused)
    played.problems += [*handed.refused, *handed.stuck]
    return played


async def _shown(board: LiveTable, play: Awaitable[None], played: DemoOutcome) -> None:
    try:
        async with board.shown(), asyncio.timeout(LIMIT):
            await play
    except TimeoutError:
        played.problems.append(message("demo_too_slow", seconds=int(LIMIT), where=board.where_they_stand()))


async def _scenes(officers: Officers, clockwork: TimeTravel, played: DemoOutcome) -> None:
    script = scenes()
    cases: dict[str, str] = {}
    for scene in script:
        taken = await officers.hand_in(scene.report, f"demo-{scene.id}")
        cases[scene.id] = taken["case_id"]
        _check_way(scene, taken["case_id"], taken["joined"], cases, played)
    opening = [scene for scene in script if scene.joins is None]
    played.cases = [cases[scene.id] for scene in opening]
    plays_ = [case_scripts.ScenePlayer(officers, clockwork, scene, cases[scene.id]) for scene in opening]
    await asyncio.gather(*(_one(play, officers, played) for play in plays_))
    # counted as the scenes were handed in; what the hot one adds comes from the register
    views = [await officers.view(case) for case in played.cases]
    played.reports = sum(view["sightings"] for view in views)
    played.joined = played.reports - len(views)


def _check_way(scene: Scene, case: str, joined: bool, cases: dict[str, str], played: DemoOutcome) -> None:
    wanted = cases.get(scene.joins) if scene.joins else None
    if joined != (scene.joins is not None) or (wanted is not None and wanted != case):
        played.problems.append(message("wrong_way", scene=scene.id, match=scene.expected.match))


async def _one(play: case_scripts.ScenePlayer, officers: Officers, played: DemoOutcome) -> None:
    """Play one scene; what goes wrong in it stops no other."""
    try:
        await play.run()
        view = await officers.view(play.case)
    except Exception as problem:  # told at the end, beside what the others came to
        played.problems.append(message("scene_failed", scene=play.scene.id, problem=problem or type(problem).__name__))
        return
    summary, expected = view["summary"], play.expected
    if summary["verdict"] != expected.verdict or bool(view["bulletin"]) != (expected.exit is None):
        played.problems.append(message("wrong_end", scene=play.scene.id, verdict=summary["verdict"]))
