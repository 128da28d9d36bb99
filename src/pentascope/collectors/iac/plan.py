"""A Terraform plan in JSON (`terraform show -json`, format 1.x) to the resources that stand after it. Pure.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from pentascope.collectors.iac.data import MAX_DEPTH, MAX_SETTINGS, Data, Unknown, settings
from pentascope.collectors.iac.planned import Configuration, Module
from pentascope.collectors.iac.policies import policy_document
from pentascope.model.infrastructure import Configured, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pentascope.collectors.iac.planned import Expressions

_MARKS = (b'"format_version"', b'"terraform_version"')
_PARTS = (b'"resource_changes"', b'"planned_values"')
_OFFSET = re.compile(r"\(byte (\d+)\)")
_ADDRESS = re.compile(rb'"address"\s*:\s*"((?>(?:[^"\\]|\\.)*))"')
_INDEX = re.compile(r"\[(?:\d+|\"(?:[^\"\\]|\\.)*\")\]")
_GONE = ({"delete"}, {"forget"})
_SENSITIVE = Unknown("it is sensitive", is_given=True)
_POLICY = "aws_iam_policy_document"


class PlanFile(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a plan leaves standing. `fault` is the line that is not JSON."""

    path: str
    resources: tuple[Configured, ...] = ()
    fault: int | None = None


class _Change(msgspec.Struct):
    actions: list[str] = []
    after: dict[str, object] | None = None
    after_unknown: object = None
    after_sensitive: object = None


class _Changed(msgspec.Struct):
    address: str
    type: str
    name: str
    mode: str = "managed"
    module_address: str = ""
    change: _Change = msgspec.field(default_factory=_Change)


class _Planned(msgspec.Struct):
    address: str
    type: str
    name: str
    mode: str = "managed"
    values: dict[str, object] | None = None
    sensitive_values: object = None


class _PlannedModule(msgspec.Struct):
    address: str = ""
    resources: list[_Planned] = []
    child_modules: list[_PlannedModule] = []


class _Values(msgspec.Struct):
    root_module: _PlannedModule = msgspec.field(default_factory=_PlannedModule)


class _Plan(msgspec.Struct):
    """The parts that are read; all others are stepped over."""

    format_version: str
    resource_changes: list[_Changed] = []
    planned_values: _Values = msgspec.field(default_factory=_Values)
    configuration: Configuration = msgspec.field(default_factory=Configuration)


def is_plan(data: bytes) -> bool:
    """Whether a text says of itself that it is a plan; the beginning of one will do where it begins so."""
    return all(mark in data for mark in _MARKS) and any(part in data for part in _PARTS)


def is_beginning_of_plan(data: bytes) -> bool:
    """The same of the first bytes of a text that is too large to be read."""
    return all(mark in data for mark in _MARKS)


def read_plan(source: bytes, path: str) -> PlanFile:
    """The resources of a plan. One that is cut off or broken gives none."""
    try:
        plan = msgspec.json.decode(source, type=_Plan)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        at = _OFFSET.search(str(error))
        return PlanFile(path, fault=source.count(b"\n", 0, int(at[1]) if at else len(source)) + 1)
    if not plan.format_version.startswith("1."):
        return PlanFile(path, fault=1)
    lines = _lines(source)
    return PlanFile(path, tuple(_Reading(plan).configured(path, lines)))


def _lines(source: bytes) -> dict[str, int]:
    """The line on which each resource stands: among the changes, else where it is first named."""
    start = max(source.find(_PARTS[0]), 0)
    found: dict[str, int] = {}
    for begin, end in ((start, len(source)), (0, start)):
        line, position = source.count(b"\n", 0, begin) + 1, begin
        for match in _ADDRESS.finditer(source, begin, end):
            line += source.count(b"\n", position, match.start())
            position = match.start()
            found.setdefault(_unquoted(match[1]), line)
    return found


def _unquoted(text: bytes) -> str:
    if b"\\" not in text:
        return text.decode("utf-8", "replace")
    try:
        return str(msgspec.json.decode(b'"' + text + b'"'))
    except msgspec.DecodeError:
        return text.decode("utf-8", "replace")


class _Reading:
    """One plan while it is read."""

    def __init__(self, plan: _Plan) -> None:
        self._modules = Module(plan.configuration.root_module)
        self._found = {one.address: one for one in _standing(plan)}

    def configured(self, path: str, lines: Mapping[str, int]) -> Iterator[Configured]:
        """Every resource that stands after the plan, by address."""
        for address, one in sorted(self._found.items()):
            line = lines.get(address, 1)
            found: list[Setting] = []
            expressions = self._expressions(one)
            terms = _Terms(self._module(one), line)
            for name, value in self._values(one, expressions).items():
                inner = expressions.get(name) if expressions is not None else None
                found += islice(terms.flat(name, value, inner), MAX_SETTINGS - len(found))
            data = "data." if one.mode == "data" else ""
            yield Configured(type=f"{data}{one.type}", address=address, path=path, line=line, settings=tuple(found))

    def _module(self, one: _Changed) -> Module | None:
        return self._modules.inner(_INDEX.sub("", one.module_address))

    def _expressions(self, one: _Changed) -> Expressions | None:
        module = self._module(one)
        return module.expressions(f"{'data.' if one.mode == 'data' else ''}{one.type}.{one.name}") if module is not None else None

    def _values(self, one: _Changed, expressions: Expressions | None) -> dict[str, Data]:
        """The arguments as data: what is known, what is not, what must not be shown."""
        change, terms = one.change, _Terms(self._module(one))
        unknown = change.after_unknown if isinstance(change.after_unknown, dict) else {}
        sensitive = change.after_sensitive if isinstance(change.after_sensitive, dict) else {}
        found: dict[str, Data] = {}
        for name in {**(change.after or {}), **unknown}:
            expression = expressions.get(name) if expressions is not None else None
            if expressions is not None and expression is None and unknown.get(name) is True:
                continue  # nobody set it: the provider will choose
            if change.after_sensitive is True:
                found[name] = _SENSITIVE
                continue
            value = terms.merged((change.after or {}).get(name), unknown.get(name), sensitive.get(name), expression)
            refers = value.refers if isinstance(value, Unknown) else ""
            if refers.startswith(f"data.{_POLICY}."):
                found[name] = self._policy(one, refers, value)
                continue
            found[name] = value
        return found

    def _policy(self, one: _Changed, refers: str, otherwise: Data) -> Data:
        """The policy that a data source will write, as far as the plan tells it."""
        prefix = f"{one.module_address}." if one.module_address else ""
        source = self._found.get(prefix + refers) or self._found.get(refers)
        if source is None or source is one:
            return otherwise
        return policy_document(_stated(self._values(source, self._expressions(source))))


def _standing(plan: _Plan) -> Iterator[_Changed]:
    """The resources of the planned values, then those of the changes, which tell more; none that goes away."""
    gone = {one.address for one in plan.resource_changes if set(one.change.actions) in _GONE}
    waiting = [plan.planned_values.root_module]
    while waiting:
        module = waiting.pop()
        waiting += module.child_modules
        for each in module.resources:
            if each.address not in gone:
                change = _Change(after=each.values, after_sensitive=each.sensitive_values)
                yield _Changed(each.address, each.type, each.name, each.mode, module.address, change)
    yield from (one for one in plan.resource_changes if one.address not in gone)


class _Terms:
    """The arguments of one resource, read with what the configuration of its module says of each."""

    def __init__(self, module: Module | None, line: int = 1) -> None:
        self._module = module
        self._line = line

    def _refers(self, expression: object) -> str:
        return self._module.refers(expression) if self._module is not None else ""

    def merged(self, value: object, unknown: object, sensitive: object, expression: object) -> Data:
        """A value with marks where it is not known yet, or must not be shown."""
        if sensitive is True:
            return _SENSITIVE
        if unknown is True:
            refers = self._refers(expression)
            is_given = bool(expression) or self._module is None  # else the provider may choose
            return Unknown(f"it is {refers}" if refers else "it is known after apply", is_given=is_given, refers=refers)
        if isinstance(value, dict) or (value is None and isinstance(unknown, dict)):
            inner = value if isinstance(value, dict) else {}
            known = unknown if isinstance(unknown, dict) else {}
            hidden = sensitive if isinstance(sensitive, dict) else {}
            return {
                key: self.merged(inner.get(key), known.get(key), hidden.get(key), _below(expression, key))
                for key in {**inner, **known}
            }
        if isinstance(value, list):
            return [
                self.merged(each, _at(unknown, index), _at(sensitive, index), _below(expression, index))
                for index, each in enumerate(value)
            ]  # fmt: skip
        return value if isinstance(value, str | int | float) else None

    def flat(self, path: str, value: Data, expression: object, depth: int = 0) -> Iterator[Setting]:
        """The scalars under the paths that the same resource has in HCL: the first block of a name has no number."""
        if value is None or depth > MAX_DEPTH:
            return
        if isinstance(value, list):
            are_blocks = all(isinstance(each, dict) for each in value) and (expression is None or isinstance(expression, list))
            for index, each in enumerate(value):
                place = path if are_blocks and index == 0 else f"{path}.{index}"
                yield from self.flat(place, each, _below(expression, index), depth + 1)
        elif isinstance(value, dict) and "Statement" not in value:
            for key, each in value.items():
                yield from self.flat(f"{path}.{key}", each, _below(expression, key), depth + 1)
        elif isinstance(value, str) and (refers := self._refers(expression)):
            for one in settings(path, value, self._line):
                yield one if one.refers else msgspec.structs.replace(one, refers=refers)
        else:
            yield from settings(path, value, self._line)  # a policy has items, no blocks


def _below(expression: object, key: str | int) -> object:
    """The expression of a part; an argument that is one expression speaks for all its parts."""
    if isinstance(expression, dict) and not expression.keys() <= {"references", "constant_value"}:
        return expression.get(str(key))
    if isinstance(expression, list):
        return expression[key] if isinstance(key, int) and key < len(expression) else None
    return expression


def _at(value: object, index: int) -> object:
    return value[index] if isinstance(value, list) and index < len(value) else None


def _stated(value: dict[str, Data]) -> dict[str, Data]:
    """Without what is not set."""
    found: dict[str, Data] = {}
    for key, each in value.items():
        if each not in (None, []):
            found[key] = [_stated(one) if isinstance(one, dict) else one for one in each] if isinstance(each, list) else each
    return found
