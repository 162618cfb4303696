"""The command `piyao init`: its options, and the questions for what was not given."""
# ruff: noqa: PLC0415

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.help_texts import help_text


def init(
    folder: Annotated[Path, typer.Argument(metavar=help_text("kind_folder"), help=help_text("init_folder"))] = Path(
        "config"
    ),
    city: Annotated[str | None, typer.Option(help=help_text("city"))] = None,
    office: Annotated[str | None, typer.Option(help=help_text("office"))] = None,
    office_short: Annotated[str | None, typer.Option(help=help_text("office_short"))] = None,
    zone: Annotated[str | None, typer.Option(help=help_text("zone"))] = None,
    public_url: Annotated[str | None, typer.Option(help=help_text("public_url"))] = None,
    mode: Annotated[str | None, typer.Option(help=help_text("mode"))] = None,
    person: Annotated[str | None, typer.Option("--id", help=help_text("first_id"))] = None,
    name: Annotated[str | None, typer.Option(help=help_text("first_name"))] = None,
    mail: Annotated[str | None, typer.Option(help=help_text("mail"))] = None,
    sms: Annotated[str | None, typer.Option(help=help_text("sms"))] = None,
    wecom: Annotated[str | None, typer.Option(help=help_text("wecom"))] = None,
    phone: Annotated[str | None, typer.Option(help=help_text("phone"))] = None,
    districts: Annotated[list[str] | None, typer.Option(help=help_text("districts"))] = None,
    units: Annotated[list[str] | None, typer.Option(help=help_text("init_units"))] = None,
    domain: Annotated[str | None, typer.Option(help=help_text("domain"))] = None,
    smtp_url: Annotated[str | None, typer.Option(help=help_text("smtp_url"))] = None,
    data: Annotated[Path, typer.Option(help=help_text("data"))] = Path("data"),
    yes: Annotated[bool, typer.Option("--yes", help=help_text("yes"))] = False,
) -> None:
    """Create the folder of a real office."""
    from cli.actions.init import create_folder

    given = {
        "city": city,
        "office": office,
        "office_short": office_short,
        "zone": zone,
        "public_url": public_url,
        "mode": mode,
        "person": person,
        "name": name,
        "mail": mail,
        "districts": ",".join(districts) if districts else None,
        "units": "\n".join(units) if units else None,
    }
    addresses = {channel: address for channel, address in (("sms", sms), ("wecom", wecom), ("phone", phone)) if address}
    fixed = {"domain": domain, "smtp_url": smtp_url, "data": data}
    create_folder(folder, given, addresses, fixed, ask=not yes)
