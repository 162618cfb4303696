"""Structured logs for every process: `log.info("case.stage_entered", stage=...)`; values as keys, no report text.

The lines are text on a terminal, JSON elsewhere. Lines written inside a workflow or an activity get its id
automatically; a replay writes nothing. What a library logs, and the texts of exceptions, may hold what people wrote:
of these a line keeps the constant part and the place in the code.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog
from pydantic import ValidationError
from structlog.typing import EventDict, WrappedLogger
from temporalio import activity, workflow
from temporalio.runtime import LogForwardingConfig, LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

LONGEST_VALUE = 1000
"""Characters of one value in a line."""

MOST_FRAMES = 6
"""The frames of a traceback that a line names: the innermost."""

CAUSES = 5
"""The exceptions of a chain that a line names."""

CONSTANT_HEAD = re.compile(r"[\w ,.'#\[\]-]{0,80}?(?=[:({<\"\n%]|$)|[\w ,.-]{0,80}")
BEGIN_WITH_A_CONSTANT = ("temporalio", "asyncio", "uvicorn", "py.warnings")
"""The loggers whose messages begin with a constant part if they have no arguments."""


def temporal_context(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Add the workflow or activity a line was written in; drop lines that a replay would write again."""
    if workflow.in_workflow():
        if workflow.unsafe.is_replaying_history_events():
            raise structlog.DropEvent
        event.update(workflow_id=workflow.info().workflow_id, workflow_time=workflow.now().isoformat())
        if update := workflow.current_update_info():
            event["update"] = update.name
    elif activity.in_activity():
        info = activity.info()
        event.update(workflow_id=info.workflow_id, activity=info.activity_type, attempt=info.attempt)
    return event


def without_library_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep of a library's line its template, or the constant part it begins with, and its place in the code."""
    record: logging.LogRecord = event["_record"]
    template = str(record.msg)
    if not event.pop("positional_args", ()):
        constant = record.name.startswith(BEGIN_WITH_A_CONSTANT)
        found = CONSTANT_HEAD.match(template) if constant else None
        template = found.group().strip() if found else ""
    event["event"] = template[:LONGEST_VALUE] or "library.message"
    event["at"] = f"{_short(record.pathname)}:{record.lineno}"
    return event


def without_exception_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace an exception by the types in its chain and the places it came through."""
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    fault = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(fault, BaseException):
        event["error"] = " < ".join(_chain(fault))
        event["where"] = places(fault.__traceback__)
    return event


def bounded(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Cut every value of a line that is too long."""
    for name, value in event.items():
        if not isinstance(value, int | float | None) and len(text := str(value)) > LONGEST_VALUE:
            event[name] = text[:LONGEST_VALUE] + "…"
    return event


def places(trace: TracebackType | None) -> list[str]:
    """Return the innermost places of a traceback, which hold nothing anybody wrote."""
    frames = traceback.extract_tb(trace)[-MOST_FRAMES:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _chain(fault: BaseException | None) -> list[str]:
    found: list[str] = []
    while fault is not None and len(found) < CAUSES:
        found.append(type(fault).__name__)
        fault = fault.__cause__ or fault.__context__
    return found


def _short(path: str) -> str:
    return "/".join(Path(path).parts[-3:])


def configure(*, level: str = "INFO", json: bool | None = None) -> None:
    """Set up logging to stderr, once per process; `json=None` means JSON unless stderr is a terminal.

    Temporal's native part, warnings and an exception that ends the process are logged in the same way.
    """
    as_json = not sys.stderr.isatty() if json is None else json
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        temporal_context,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[without_library_texts, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_exception_texts,
            bounded,
            last,
        ],
        use_get_message=False,
        pass_foreign_args=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("uvicorn.access", "httpx2", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    _forward_what_bypasses_logging()


def _forward_what_bypasses_logging() -> None:
    logging.captureWarnings(capture=True)
    sys.excepthook = _ended_by
    forwarding = LogForwardingConfig(
        logger=logging.getLogger("temporalio.core"),
        prepend_target_on_message=False,
        append_log_fields_to_message=False,  # the fields hold payloads
    )
    filters = TelemetryFilter(core_level="WARN", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=filters, forwarding=forwarding))
    Runtime.set_default(Runtime(telemetry=telemetry), error_if_already_set=False)


def serving() -> None:
    """Say that the process serves from now on: what ends it after this may hold what people wrote."""
    _phase["starting"] = False


_phase = {"starting": True}


def _ended_by(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
    """Log what ends the process; of a failed start also the reason, which whoever started it needs."""
    reason = {"reason": str(fault)} if _phase["starting"] and not isinstance(fault, ValidationError) else {}
    structlog.get_logger(__name__).critical("process.failed", exc_info=(kind, fault, trace), **reason)
