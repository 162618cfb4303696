"""One text in every field somebody fills in; or, for the twin, in each field a harmless mark of its own."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import AnyHttpUrl, BaseModel, StringConstraints, TypeAdapter, ValidationError

from adapters.office.schema.fields import Filled
from texts.disarming import inert

SITE = "https://swj.mc.example"
MARK = re.compile(r"(?:甲\d+乙)+")
_NAME: TypeAdapter[str] = TypeAdapter(Filled)
_URL: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


class Pen:
    """A writer that puts `text` into every field it is asked for, or marks if there is none; remembers the fields."""

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.written: dict[str, str] = {}

    def __call__(self, field: str, most: int = 4000) -> str:
        """What stands in a field: what its model makes of the text, which is stripped and never blank."""
        mark = self.written.setdefault(field, f"甲{len(self.written)}乙")
        if self.text is None:
            return mark
        return self.text.strip()[:most].strip() or "–"

    def short(self, field: str) -> str:
        return self(field, 200)

    def name(self, field: str) -> str:
        """A name as the office's files may hold it; one they refuse is written as a text is made inert."""
        text = self(field)
        try:
            return _NAME.validate_python(text)
        except ValidationError:
            return inert(text) or "–"

    def web(self, field: str) -> str:
        """An address as its model takes it, with the text in path, query and fragment where it can be one."""
        text = self(field, 60)
        for address in (f"{SITE}/{text}?{text}#{text}", f"{SITE}/?a={text}"):
            try:
                return str(_URL.validate_python(address))
            except ValidationError:
                continue
        return f"{SITE}/"


def free_texts(*models: Any) -> set[str]:
    """Every field of models, and of those in them, that holds words or an address somebody can choose."""
    return {f"{model.__name__}.{name}" for model, name in _fields(_models(models)) if _free(model, name)}


def _models(annotations: Iterable[Any]) -> Iterator[type[BaseModel]]:
    seen: list[type[BaseModel]] = []
    waiting = [*annotations]
    while waiting:
        one = waiting.pop()
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one not in seen:
                seen.append(one)
                waiting += [field.annotation for field in one.model_fields.values()]
        else:
            waiting += typing.get_args(one)
    return iter(seen)


def _fields(models: Iterable[type[BaseModel]]) -> Iterator[tuple[type[BaseModel], str]]:
    return ((model, name) for model in models for name in model.model_fields)


def _free(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields[name]
    return _holds_words(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)


def _holds_words(annotation: Any) -> bool:
    """Tell whether an annotation has room for words: a `str` without a pattern, or an address, anywhere in it."""
    origin, inside = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Annotated:
        return not any(_closed(one) for one in inside[1:]) and _holds_words(inside[0])
    if origin is Literal:
        return False
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, Enum):
            return False
        return issubclass(annotation, str | AnyHttpUrl)
    return any(_holds_words(one) for one in inside)


def _closed(constraint: Any) -> bool:
    return isinstance(constraint, StringConstraints) and constraint.pattern is not None
