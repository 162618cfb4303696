"""What `piyao figures` does: how triage took what was proposed, counted over all cases."""

from __future__ import annotations

import json
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from cli.api_client import ApiClient, personal_key
from cli.messages import message, word
from domain.ports.figures import TriageFigures
from domain.risk.proposal import Judgement


async def triage(url: str, key_file: Path | None, *, as_json: bool) -> None:
    """Print the figures of triage."""
    async with ApiClient(url, personal_key(key_file)) as api:
        found = await api.get("/v1/figures/triage")
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _show(TriageFigures.model_validate(found))


def _show(figures: TriageFigures) -> None:
    console = Console(highlight=False)
    counts = {one.value: figures.judged(one) for one in Judgement}
    console.print(message("figures_levels", total=sum(counts.values()), **counts))
    if figures.levels:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
        for column in ("proposed", "chosen", "judgement", "cases"):
            table.add_column(message(f"column_figures_{column}"))
        for row in figures.levels:
            levels = (word("level", row.proposed), word("level", row.chosen))
            table.add_row(*levels, word("judgement", row.judgement), str(row.cases))
        console.print(table)
    console.print(message("figures_leads", kept=figures.leads_kept, changed=figures.leads_changed))
    for one in figures.exits:
        values = {"exit": word("exit", one.exit), "proposed": one.proposed, "confirmed": one.confirmed}
        console.print(message("figures_exits", **values))
