"""YAML mappings as dataclasses, so that each key is stated once: a field's name, type and default are its key's.

The key of the field ``supplement_name`` is ``supplement-name``; a field without a default is required. What a type
does not say (how a value is described, which texts are allowed) a specification does, in ``Annotated``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from publishing.project.yaml_schema import Choice, Flag, Keys, ListOf, Number, Spec, Text

Shape = TypeVar("Shape")

#: metadata of a field that no key fills: the program gives it
GIVEN = {"given": True}
_PLAIN: Mapping[type, Spec] = {str: Text(), bool: Flag(), int: Number(whole=True), float: Number()}


def keys_of(kind: type[Any]) -> Keys:
    """The keys of a mapping that :func:`filled` makes a ``kind`` of."""
    hints = get_type_hints(kind, include_extras=True)
    keys = {key: (field, _specification(hints[field.name])) for key, field in _fields(kind)}
    required = (key for key, (field, _) in keys.items() if field.default is MISSING)
    return Keys({key: specification for key, (_, specification) in keys.items()}, tuple(required))


def filled(kind: type[Shape], values: Mapping[str, Any], **given: object) -> Shape:
    """A ``kind`` with the values of a mapping that was read by :func:`keys_of`, and with what no key fills."""
    hints = get_type_hints(kind)
    read = {field.name: _value(hints[field.name], values[key]) for key, field in _fields(kind) if key in values}
    return kind(**read, **given)


def _fields(kind: Any) -> Iterator[tuple[str, Field[Any]]]:
    return ((field.name.replace("_", "-"), field) for field in fields(kind) if field.metadata != GIVEN)


def _specification(hint: Any) -> Spec:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        specification: Spec = parts[1]
        return specification
    if origin is Literal:
        return Choice(parts)
    if origin is tuple:
        return ListOf(_specification(parts[0]))
    if origin is UnionType:
        return _specification(_present(hint))
    return keys_of(hint) if isinstance(hint, type) and is_dataclass(hint) else _PLAIN[hint]


def _value(hint: Any, value: Any) -> Any:
    hint = _present(hint)
    if isinstance(value, list):
        return tuple(_value(get_args(hint)[0], item) for item in value)
    return filled(hint, value) if is_dataclass(hint) and isinstance(hint, type) else value


def _present(hint: Any) -> Any:
    """The type of a value that is there, where it may be missing."""
    return next(part for part in get_args(hint) if part is not NoneType) if get_origin(hint) is UnionType else hint
