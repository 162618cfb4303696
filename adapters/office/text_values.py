"""What a template may ask of the values it is filled with: found by their types, in every branch, before any is taken.

A story rendered at the start would take the branches that story takes. A slip in another branch would wait for the case
that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from jinja2 import nodes
from pydantic import BaseModel

from domain.case.case import Case
from domain.case.obligations import Notice, Page, Publication
from domain.case.summary import ClockStatus, Summary
from domain.clocks.pause import ActivePause
from domain.events import Entry, Event, UnknownEvent
from domain.ports.delivery import Published
from domain.ports.rows import CaseRow, TimelineEntry

GIVEN: Mapping[str, Any] = {
    "case": Case,
    "debt": ClockStatus | None,
    "e": Event | UnknownEvent,
    "entry": Entry | TimelineEntry,
    "notice": Notice,
    "notices": Sequence[Notice],
    "page": Page,
    "pages": Sequence[Published],
    "pause": ActivePause | None,
    "publication": Publication,
    "row": CaseRow,
    "summary": Summary,
}
"""The types of the values that are not plain, by the names templates know them by; of any other name all is allowed."""

KEEPING = ("reverse", "sort", "list", "selectattr", "rejectattr", "unique")
"""Filters that give back a sequence of what they were given."""

ONE_OF = ("first", "last", "min", "max")
"""Filters that give one element of what they were given."""

Types = frozenset[Any]
ANY: Types = frozenset()
"""The types of an expression nothing is known of."""


class Slip(NamedTuple):
    """An attribute that no value at this place has: the line, the expression, and what there is."""

    line: int
    found: str
    allowed: tuple[str, ...]


def slips(tree: nodes.Template, values: frozenset[str]) -> Iterator[Slip]:
    """Yield every attribute in a template that none of the values at its place has.

    `values` are the keys of the table of that name, which the types do not tell.
    """
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name) and node.node.name == "values" and not _has(dict, node.attr, values):
            yield Slip(node.lineno, f"values.{node.attr}", tuple(sorted(values)))
    yield from _within(tree.body, {name: _plain(given) for name, given in GIVEN.items()})


def _has(table: type, name: str, keys: frozenset[str]) -> bool:
    return name in keys or hasattr(table, name)


def _within(body: Sequence[nodes.Node], known: Mapping[str, Types]) -> Iterator[Slip]:
    scope = dict(known)
    for node in body:
        yield from _of(node, scope)


def _of(node: nodes.Node, scope: dict[str, Types]) -> Iterator[Slip]:
    """Yield the slips in one node; names it sets stay in `scope`."""
    match node:
        case nodes.For():
            yield from _of(node.iter, scope)
            inner = {**scope, "loop": ANY, **_bound(node.target, _element(_types(node.iter, scope)))}
            yield from _within([*([node.test] if node.test else []), *node.body], inner)
            yield from _within(node.else_, scope)
        case nodes.Macro():
            yield from _within(node.body, {**scope, **{one.name: _plain(GIVEN.get(one.name)) for one in node.args}})
        case nodes.Assign():
            yield from _of(node.node, scope)
            scope |= _bound(node.target, _types(node.node, scope))
        case nodes.Getattr():
            yield from _of(node.node, scope)
            yield from _lacking(node, _types(node.node, scope))
        case _:
            for child in node.iter_child_nodes():
                yield from _of(child, scope)


def _lacking(node: nodes.Getattr, owners: Types) -> Iterator[Slip]:
    owners = owners - {NoneType}
    if owners and not any(_attribute(owner, node.attr) is not None for owner in owners):
        allowed = sorted({name for owner in owners for name in _names(owner)})
        written = f"{node.node.name}.{node.attr}" if isinstance(node.node, nodes.Name) else node.attr
        yield Slip(node.lineno, written, tuple(allowed))


def _types(node: nodes.Node, scope: Mapping[str, Types]) -> Types:
    """Return what an expression may be; `ANY` if that is not known."""
    match node:
        case nodes.Name():
            return scope.get(node.name, ANY)
        case nodes.Getattr():
            found = [_attribute(owner, node.attr) for owner in _types(node.node, scope) - {NoneType}]
            return frozenset().union(*(one for one in found if one)) if all(one != ANY for one in found) else ANY
        case nodes.Getitem(arg=nodes.Const()):
            return _element(_types(node.node, scope))
        case nodes.CondExpr():
            both = (_types(node.expr1, scope), _types(node.expr2, scope) if node.expr2 else ANY)
            return frozenset().union(*both) if ANY not in both else ANY
        case nodes.Filter(name=name) if node.node is not None and name in KEEPING + ONE_OF:
            before = _types(node.node, scope)
            return before if name in KEEPING else _element(before)
    return ANY


def _bound(target: nodes.Node, types: Types) -> dict[str, Types]:
    if isinstance(target, nodes.Name):
        return {target.name: types}
    return {name.name: ANY for name in target.find_all(nodes.Name)}


def _element(types: Types) -> Types:
    """Return what the elements of sequences, or the values of tables, may be."""
    found = [frozenset(_plain(part)) for one in types - {NoneType} for part in _parts(one)]
    return frozenset().union(*found) if found and ANY not in found else ANY


def _parts(one: Any) -> tuple[Any, ...]:
    return tuple(part for part in get_args(one)[-2:] if part is not Ellipsis)[-1:] or (Any,)


def _attribute(owner: Any, name: str) -> Types | None:
    """Return what an attribute may be, `ANY` if that is not known; None if there is no such attribute."""
    if isinstance(owner, type) and issubclass(owner, BaseModel):
        if owner is UnknownEvent and name != "kind":
            return None
        if name in owner.model_fields:
            return _plain(owner.model_fields[name].annotation)
        member = getattr(owner, name, None)
        if isinstance(member, property):
            return _plain(get_type_hints(member.fget).get("return"))
        return None if member is None else ANY
    base = get_origin(owner) or owner
    if isinstance(base, type) and issubclass(base, dict):
        return ANY  # of what is in a table, the types say nothing
    return ANY if hasattr(base, name) else None


@cache
def _names(owner: Any) -> tuple[str, ...]:
    if not (isinstance(owner, type) and issubclass(owner, BaseModel)):
        return ()
    properties = [name for name in dir(owner) if isinstance(getattr(owner, name, None), property)]
    return tuple(name for name in (*owner.model_fields, *properties) if not name.startswith(("_", "model_")))


def _plain(annotation: Any) -> Types:
    """Return the types an annotation allows; `ANY` if one of them says nothing."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain(get_args(annotation)[0])
    if origin in (Union, UnionType):
        parts = [_plain(one) for one in get_args(annotation)]
        return frozenset().union(*parts) if ANY not in parts else ANY
    if origin is Literal:
        return frozenset(type(one) for one in get_args(annotation))
    known = annotation is not None and annotation is not Any and (origin is not None or isinstance(annotation, type))
    return frozenset({annotation}) if known else ANY
