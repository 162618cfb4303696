"""Alembic's environment: it works on the connection, and in the transaction, that `upgrade` passes."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from adapters.register.engine import tables
from adapters.register.engine.metadata import UtcTime


def spell(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Return the program's own column type as the plain type the file holds.

    A migration must not depend on code that may change.
    """
    return "sa.DateTime()" if kind == "type" and isinstance(item, UtcTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.cases.metadata,
    render_as_batch=True,
    render_item=spell,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
