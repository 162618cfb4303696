"""One play of the demo: all its scenes at once, or all lines of a file, and what came of them."""

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
"""Seconds a play may take; after that it fails and says which case stands where."""


@dataclass
class DemoOutcome:
    """What a play came to: reports handed in, cases opened, and a line about everything that went wrong."""

    reports: int = 0
    joined: int = 0
    refused: int = 0
    cases: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


async def play_scenes(officers: Officers, time_travel: TimeTravel, table: LiveTable) -> DemoOutcome:
    """Play the demo's own scenes."""
    outcome = DemoOutcome()
    await _shown(table, _scenes(officers, time_travel, outcome), outcome)
    return outcome


async def play_rows(
    officers: Officers, table: LiveTable, lines: list[report_file.ReportLine], source: str
) -> DemoOutcome:
    """Play the lines of a file."""
    counts, outcome = report_file.ImportCounts(), DemoOutcome()
    await _shown(table, report_file.play(lines, officers, source, counts), outcome)
    outcome.reports, outcome.joined, outcome.cases = counts.reports, counts.joined, counts.cases
    outcome.refused = len(counts.refused)
    outcome.problems += [*counts.refused, *counts.stuck]
    return outcome


async def _shown(table: LiveTable, player: Awaitable[None], outcome: DemoOutcome) -> None:
    try:
        async with table.shown(), asyncio.timeout(LIMIT):
            await player
    except TimeoutError:
        outcome.problems.append(message("demo_too_slow", seconds=int(LIMIT), where=table.open_case_lines()))


async def _scenes(officers: Officers, time_travel: TimeTravel, outcome: DemoOutcome) -> None:
    script = scenes()
    cases: dict[str, str] = {}
    for scene in script:
        taken = await officers.hand_in(scene.report, f"demo-{scene.id}")
        cases[scene.id] = taken["case_id"]
        _check_way(scene, taken["case_id"], taken["joined"], cases, outcome)
    opening = [scene for scene in script if scene.joins is None]
    outcome.cases = [cases[scene.id] for scene in opening]
    players = [case_scripts.ScenePlayer(officers, time_travel, scene, cases[scene.id]) for scene in opening]
    await asyncio.gather(*(_one(player, officers, outcome) for player in players))
    # the register counts, because the hot scene hands in further reports
    views = [await officers.view(case) for case in outcome.cases]
    outcome.reports = sum(view["sightings"] for view in views)
    outcome.joined = outcome.reports - len(views)


def _check_way(scene: Scene, case: str, joined: bool, cases: dict[str, str], outcome: DemoOutcome) -> None:
    wanted = cases.get(scene.joins) if scene.joins else None
    if joined != (scene.joins is not None) or (wanted is not None and wanted != case):
        outcome.problems.append(message("wrong_way", scene=scene.id, match=scene.expected.match))


async def _one(player: case_scripts.ScenePlayer, officers: Officers, outcome: DemoOutcome) -> None:
    """Play one scene; an error in it stops no other."""
    try:
        await player.run()
        view = await officers.view(player.case)
    except Exception as problem:  # printed at the end, beside what the others came to
        outcome.problems.append(
            message("scene_failed", scene=player.scene.id, problem=problem or type(problem).__name__)
        )
        return
    summary, expected = view["summary"], player.expected
    if summary["verdict"] != expected.verdict or bool(view["bulletin"]) != (expected.exit is None):
        outcome.problems.append(message("wrong_end", scene=player.scene.id, verdict=summary["verdict"]))
