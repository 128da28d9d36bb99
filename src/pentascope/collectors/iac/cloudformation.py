"""CloudFormation, SAM and what CDK synthesises: the resources of a template, with the defaults of its parameters. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import MAX_SETTINGS, Unknown
from pentascope.collectors.iac.document import Fuel, Node, flat, told
from pentascope.collectors.iac.intrinsics import ABSENT, Evaluator
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import UNTOLD, Configured

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TYPE = re.compile(r"[A-Za-z]\w*(?:::[\w@-]+)+")
_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_LISTS = ("CommaDelimitedList", "List<")
_KEPT = ("DeletionPolicy", "UpdateReplacePolicy", "DependsOn")
_GLOBALS = {
    "AWS::Serverless::Function": "Function", "AWS::Serverless::Api": "Api", "AWS::Serverless::HttpApi": "HttpApi",
    "AWS::Serverless::SimpleTable": "SimpleTable", "AWS::Serverless::StateMachine": "StateMachine",
}  # fmt: skip
MAX_NAMED = 12


def is_template(root: Node) -> bool:
    """Whether a document is a CloudFormation template, or holds one as the Serverless Framework writes it."""
    resources = _resources(root)
    return root.get("AWSTemplateFormatVersion") is not None or any(
        _TYPE.fullmatch(each.text("Type") or "") is not None for each in resources.entries().values()
    ) or (root.get("Transform") is not None and resources.get() is not None and root.get("Resources") is not None)  # fmt: skip


def _resources(root: Node) -> Node:
    """The resources, where they stand; those of a list of parts as one."""
    own = root.get("Resources")
    if own is not None:
        return own
    held = root.get("resources")
    parts = [held, *held.items()] if held is not None else []
    merged: dict[str, Node] = {}
    for part in parts:
        merged |= part.entries("Resources")
    return Node(merged, held.line if held is not None else root.line)


def resources_of(root: Node, path: str, given: Mapping[str, Node]) -> tuple[list[Configured], list[Gap]]:
    """The resources of a template, and what of it is not told. `given` are values of parameters that a file beside it sets."""
    template = Template(root, path, given)
    return list(template.resources()), list(template.gaps())


class Template:
    """One template: what its names stand for."""

    def __init__(self, root: Node, path: str, given: Mapping[str, Node]) -> None:
        self._path = path
        self._fuel = Fuel()
        self._evaluate = Evaluator(self, self._fuel)
        if root.get("Resources") is None:
            root = told(Node({"Resources": _resources(root)}, root.line), _unresolved, self._fuel)
        self._root = root
        self._parameters = root.entries("Parameters")
        self._given = given
        self._declared: dict[str, tuple[Node, Evaluator]] = {}
        self._conditions: dict[str, tuple[Node, Evaluator]] = {}
        self._truths: dict[str, bool | None] = {}
        self._working: set[str] = set()
        self._off: list[str] = []
        self._faults: dict[tuple[int, str], None] = {}
        self._conditions = {key: (each, evaluate) for key, each, evaluate in self._evaluate.expanded(root.get("Conditions") or Node({}, 1))}
        self._declared = {
            key: (each, evaluate) for key, each, evaluate in self._evaluate.expanded(root.get("Resources") or Node({}, 1))
        }

    # What names stand for

    def ref(self, name: str) -> Node:
        """A parameter's value, a resource as a reference, or a pseudo parameter."""
        if name in self._parameters:
            return self._parameter(name)
        if name == "AWS::NoValue":
            return Node(ABSENT, 0)
        if name.startswith("AWS::"):
            return Node(Unknown(f"it is {name}", is_given=True), 0)
        return Node(self._reference(name, name), 0)

    def attribute(self, name: str, attribute: str) -> Unknown:
        """An attribute of a resource: a reference to it."""
        return self._reference(name, f"{name}.{attribute}")

    def _reference(self, name: str, said: str) -> Unknown:
        declared = self._declared.get(name)
        kind = declared[0].text("Type") if declared is not None else None
        return Unknown(f"it is {said}"[:120], is_given=True, refers=f"{kind}.{name}" if kind is not None else "")

    def _parameter(self, name: str) -> Node:
        declared = self._parameters[name]
        kind = declared.text("Type") or "String"
        value = self._given.get(name) or declared.get("Default")
        if value is None:
            return Node(Unknown(f"it hangs on the parameter {name}"), declared.line)
        if kind.startswith("AWS::SSM::Parameter::Value"):
            return Node(Unknown(f"it is a value of Parameter Store, named by {name}", is_given=True), value.line)
        if isinstance(value.value, str) and any(word in kind for word in _LISTS):
            return Node([Node(each.strip(), value.line) for each in value.value.split(",")], value.line)
        return Node("", value.line) if value.value is None else self._evaluate(value)

    def condition(self, name: str) -> bool | None:
        """Whether a condition holds by the defaults; None where that is not told."""
        if name in self._working:
            self.fault(self._conditions[name][0].line, f"the condition {name} leads back to itself")
            return None
        if name not in self._truths and name in self._conditions:
            declared, evaluate = self._conditions[name]
            self._working.add(name)
            self._truths[name] = evaluate.truth(declared)
            self._working.discard(name)
        return self._truths.get(name)

    def mapped(self, name: str, *keys: str) -> Node | None:
        """A value of a mapping."""
        return self._root.get("Mappings", name, *keys)

    def fault(self, line: int, what: str) -> None:
        """Something that CloudFormation would refuse; told once."""
        if len(self._faults) < MAX_NAMED:
            self._faults[line, what] = None

    # Resources

    def resources(self) -> Iterator[Configured]:
        """Those that are made, or may be."""
        for name, (node, evaluate) in self._declared.items():
            kind = node.text("Type")
            if kind is None or _TYPE.fullmatch(kind) is None:
                continue
            condition = node.text("Condition")
            if condition is not None and self.condition(evaluate.substituted_key(condition)) is False:
                self._off.append(f"{name} ({condition})")
                continue
            properties = self._with_globals(kind, node.get("Properties"))
            found = [setting for key in _KEPT if (kept := node.get(key)) is not None for setting in flat(key, evaluate(kept))]
            unknown_roots = frozenset[str]()
            if properties is not None:
                made = evaluate(properties)
                found += flat("", made) if isinstance(made.value, dict) else ()
                if isinstance(made.value, Unknown):
                    unknown_roots = frozenset({"*"})
            yield Configured(
                type=kind, address=f"{kind}.{name}", path=self._path, line=_line(node), settings=tuple(found[:MAX_SETTINGS]),
                unknown_roots=unknown_roots,
            )  # fmt: skip

    def _with_globals(self, kind: str, properties: Node | None) -> Node | None:
        section = self._root.get("Globals", _GLOBALS[kind]) if kind in _GLOBALS else None
        if section is None or properties is None:
            return properties or section
        return _merged(section, properties)

    def gaps(self) -> Iterator[Gap]:
        """What is not made by the defaults, and what was too much."""
        if self._off:
            listed = ", ".join(self._off[:MAX_NAMED]) + (f" and {len(self._off) - MAX_NAMED} more" if len(self._off) > MAX_NAMED else "")
            reason = f"{self._path}: by the defaults of its parameters it does not make {listed}; these were not judged."
            yield Gap(subject="resource-off-by-default", reason=reason, question="Is it made where the template is deployed?")
        for line, what in self._faults:
            reason = f"{self._path}:{line}: {what}; what hangs on it is unknown."
            yield Gap(subject="broken-infrastructure-file", reason=reason, question="Which resources does it declare?")
        if self._fuel.steps < 0:
            reason = f"{self._path} comes to more than is worked out; the rest of it is unknown."
            yield Gap(subject="large-infrastructure-file", reason=reason, question="Which resources does it declare?")


def _line(node: Node) -> int:
    kind = node.get("Type")
    return kind.line if kind is not None else node.line


def _merged(section: Node, own: Node) -> Node:
    """What SAM makes of its globals: mappings are joined, lists follow each other, a scalar of the resource wins."""
    if isinstance(section.value, dict) and isinstance(own.value, dict) and not any(key.startswith("Fn::") for key in own.value):
        found = dict(section.value)
        for key, each in own.value.items():
            found[key] = _merged(found[key], each) if key in found else each
        return Node(found, own.line)
    if isinstance(section.value, list) and isinstance(own.value, list) and not own.tag:
        return Node([*section.value, *own.value], own.line)
    return own


def _unresolved(text: str) -> str | Unknown:
    """Variables of the Serverless Framework are looked up when it runs."""
    if "${" not in text:
        return text
    shape = _VARIABLE.sub(UNTOLD, text)
    return Unknown(f"it is {text[:80]}", is_given=True, shape="" if shape == UNTOLD else shape)
