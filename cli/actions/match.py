"""What `piyao match` does: it asks the API, and prints the answer in words or as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote

from cli.api_client import ApiClient, personal_key
from cli.render import match as render_match


async def explain(url: str, key_file: Path | None, report: str, *, as_json: bool) -> None:
    """Print why a report stands in its case, with the nearest cases then and now."""
    async with ApiClient(url, personal_key(key_file)) as api:
        found = await api.get(f"/v1/reports/{quote(report, safe='')}/match")
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        render_match.page(found)
