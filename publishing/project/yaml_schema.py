"""YAML read against a closed list of keys; every complaint names file, line and key.

A specification is a tree of the small classes below. ``read`` gives plain Python values and remembers the line of
each key, so that a later complaint (a file that does not exist, say) can name its line too.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

import yaml

from publishing.project.errors import PublishingError

KeyPath = tuple[str, ...]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML 1.2's idea of booleans and dates, as Quarto has it: ``no`` is a word and a date stays text."""

    yaml_implicit_resolvers: ClassVar = {
        letter: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
        for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)

WRITE_IT_SO = "write it so, or take the key out if it may be left away."
WRITE_IT_SIMPLER = "compare it with the one in version control."


@dataclass(slots=True)
class Origin:
    """Where YAML comes from: a file, the lines before it, what messages call it; collects the line of every key."""

    source: Path
    offset: int = 0
    whole: str = "the top of the file"
    lines: dict[KeyPath, int] = field(default_factory=dict)

    def fail(self, node: yaml.Node, message: str, remedy: str | None = None) -> PublishingError:
        """The error at a place, with its remedy; by default that the value be what the message says."""
        line = node.start_mark.line + 1 + self.offset
        return PublishingError(message, source=self.source, line=line, remedy=remedy or WRITE_IT_SO)


class Spec(Protocol):
    """What a value may be."""

    def describe(self) -> str: ...

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> Any: ...


def _scalar(node: yaml.Node) -> Any:
    if not isinstance(node, yaml.ScalarNode):
        return None
    loader = _Loader("")
    try:
        return loader.construct_object(node)
    finally:
        loader.dispose()


def name_of_key(path: KeyPath, whole: str = "") -> str:
    """A key as messages call it: ``'author 2: orcid'``; entries of lists are counted from 1."""
    if not path:
        return whole
    shown = "".join(f" {int(part) + 1}" if part.isdecimal() else f": {part}" for part in path)
    return f"'{shown.removeprefix(': ')}'"


@dataclass(frozen=True, slots=True)
class Text:
    """A string (a number is taken as its text)."""

    what: str = "text"

    def describe(self) -> str:
        return self.what

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> str:
        value = _scalar(node)
        if value is None or isinstance(value, bool):
            raise origin.fail(node, f"{name_of_key(path)} must be {self.what}.")
        return str(node.value)


@dataclass(frozen=True, slots=True)
class Checked(Text):
    """A string that a function accepts."""

    accepts: Callable[[str], bool] = field(kw_only=True)

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> str:
        text = Text.read(self, node, origin, path)
        if not self.accepts(text):
            raise origin.fail(node, f"{name_of_key(path)} can't be {text}.", f"write {self.what}.")
        return text


@dataclass(frozen=True, slots=True)
class Flag:
    """``true`` or ``false``."""

    def describe(self) -> str:
        return "true or false"

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> bool:
        value = _scalar(node)
        if not isinstance(value, bool):
            raise origin.fail(node, f"{name_of_key(path)} must be true or false, not {node.value!r}.")
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A positive number."""

    whole: bool = False

    def describe(self) -> str:
        return "a positive whole number" if self.whole else "a positive number"

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> float:
        value = _scalar(node)
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)) or value <= 0:
            raise origin.fail(node, f"{name_of_key(path)} must be {self.describe()}, not {node.value!r}.")
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values."""

    values: tuple[str | bool, ...]

    def describe(self) -> str:
        return ", ".join(str(v).lower() if isinstance(v, bool) else v for v in self.values)

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> str | bool:
        value = _scalar(node)
        chosen = next((v for v in self.values if v == value and isinstance(v, bool) == isinstance(value, bool)), None)
        if chosen is None:
            given = node.value if isinstance(node, yaml.ScalarNode) else "a list or mapping"
            raise origin.fail(node, f"{name_of_key(path)} can't be {given}.", f"use {self.describe()}.")
        return chosen


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; with ``single`` a lone value counts as a list of one."""

    item: Spec
    single: bool = False

    def describe(self) -> str:
        return f"a list of {self.item.describe()}"

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> list[Any]:
        if isinstance(node, yaml.SequenceNode):
            values = []
            for index, child in enumerate(node.value):
                origin.lines[(*path, str(index))] = child.start_mark.line + 1 + origin.offset
                values.append(self.item.read(child, origin, (*path, str(index))))
            return values
        if self.single:
            return [self.item.read(node, origin, path)]
        raise origin.fail(node, f"{name_of_key(path)} must be {self.describe()}.")


@dataclass(frozen=True, slots=True)
class Either:
    """The first specification whose kind of node (scalar, list, mapping) fits."""

    scalar: Spec | None = None
    sequence: Spec | None = None
    mapping: Spec | None = None

    def describe(self) -> str:
        return " or ".join(s.describe() for s in (self.scalar, self.sequence, self.mapping) if s is not None)

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> Any:
        chosen = {
            yaml.ScalarNode: self.scalar,
            yaml.SequenceNode: self.sequence,
            yaml.MappingNode: self.mapping,
        }[type(node)]
        if chosen is None:
            raise origin.fail(node, f"{name_of_key(path)} must be {self.describe()}.")
        return chosen.read(node, origin, path)


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping with a closed list of keys. A complaint begins with the value of the key ``named_by``.

    ``instead`` says of keys that are not in the list what does the same.
    """

    keys: Mapping[str, Spec]
    required: tuple[str, ...] = ()
    named_by: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)

    def describe(self) -> str:
        return f"a mapping with {', '.join(self.keys)}"

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> dict[str, Any]:
        try:
            return self._read(node, origin, path)
        except PublishingError as error:
            name = _value_of(node, self.named_by)
            if not name:
                raise
            message = f"{name}: {error.message}"
            raise PublishingError(message, source=error.source, line=error.line, remedy=error.remedy) from error

    def _read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise origin.fail(node, f"{name_of_key(path, origin.whole)} must be a mapping of keys to values.")
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                raise origin.fail(
                    key_node, f"the key '{key}' stands twice in {name_of_key(path, origin.whole)}.", "keep one."
                )
            if key not in self.keys:
                raise origin.fail(
                    key_node,
                    f"the key '{key}' is not supported in {name_of_key(path, origin.whole)}.",
                    self._known(key),
                )
            origin.lines[(*path, key)] = key_node.start_mark.line + 1 + origin.offset
            values[key] = self.keys[key].read(value_node, origin, (*path, key))
        for key in self.required:
            if key not in values:
                raise origin.fail(
                    node,
                    f"{name_of_key(path, origin.whole)} lacks the key '{key}'.",
                    f"add it: {self.keys[key].describe()}.",
                )
        return values

    def _known(self, key: str) -> str:
        if key in self.instead:
            return self.instead[key]
        near = difflib.get_close_matches(key, self.keys, n=1, cutoff=0.75)
        hint = f"did you mean '{near[0]}'? " if near else ""
        return f"{hint}Supported here: {', '.join(sorted(self.keys))}."


def _value_of(node: yaml.Node, key: str) -> str:
    """The texts that stand under a key of a mapping; "" where there are none."""
    pairs = node.value if key and isinstance(node, yaml.MappingNode) else []
    value = next((value for name, value in pairs if name.value == key), None)
    nodes = [one for _, one in value.value] if isinstance(value, yaml.MappingNode) else [value]
    return " ".join(str(one.value) for one in nodes if isinstance(one, yaml.ScalarNode))


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping whose keys are the author's own, or what ``key`` may be."""

    value: Spec
    key: Spec = Text()

    def describe(self) -> str:
        return f"a mapping to {self.value.describe()}"

    def read(self, node: yaml.Node, origin: Origin, path: KeyPath) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise origin.fail(node, f"{name_of_key(path)} must be {self.describe()}.")
        return {
            str(self.key.read(key, origin, path)): self.value.read(value, origin, (*path, str(key.value)))
            for key, value in node.value
        }


def read_yaml(text: str, spec: Keys, origin: Origin) -> dict[str, Any]:
    """Read ``text`` against ``spec``.

    Raises :class:`PublishingError` naming file and line for bad YAML, an unknown or repeated key, or a value of the
    wrong kind.
    """
    try:
        node = yaml.compose(text, Loader=_Loader) or yaml.compose("{}", Loader=_Loader)
    except RecursionError as error:
        raise PublishingError("this is nested too deeply.", source=origin.source, remedy=WRITE_IT_SIMPLER) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise PublishingError(
            f"this is not valid YAML: {error.problem or error.context}.",
            source=origin.source,
            line=None if mark is None else mark.line + 1 + origin.offset,
            remedy="quote text that holds ': ' or '#', and indent with spaces.",
        ) from error
    return spec.read(node, origin, ())
