"""ARM templates and Bicep files: the resources that they make by the defaults of their parameters. Pure."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from pentascope.collectors.iac.armexpressions import Evaluator, is_true, said
from pentascope.collectors.iac.armgrammar import Statement, expression, statements
from pentascope.collectors.iac.data import MAX_SETTINGS, Unknown
from pentascope.collectors.iac.document import Fuel, Node, flat, read_json
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import Configured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MAX_MODULES = 500
MAX_DEPTH = 12
MAX_NAMED = 12
MAX_NESTING = 75
_AROUND = frozenset({"resources", "condition", "copy", "dependsOn"})
_WORKING = Unknown("names that lead back to themselves")


class _Names:
    """Parameters and variables of one template, each worked out once."""

    def __init__(self, path: str, fuel: Fuel, given: Mapping[str, Node]) -> None:
        self.path, self.fuel = path, fuel
        self.off: list[str] = []
        self._given = given
        self._known: dict[str, Node] = {}
        self.evaluate = Evaluator(self, fuel)

    def parameter(self, name: str) -> Node:
        """What a parameter is given, or its default."""
        if name in self._given:
            return self._given[name]
        return self._once(f"parameter {name}", lambda: self._default(name))

    def variable(self, name: str) -> Node:
        """What a variable is."""
        return self._once(f"variable {name}", lambda: self._variable(name))

    def named(self, name: str) -> Node:
        """A name without more words: ARM has none."""
        return Node(Unknown(f"it is {name}"), 0)

    def _once(self, key: str, make: Callable[[], Node]) -> Node:
        if key not in self._known:
            self._known[key] = Node(_WORKING, 0)
            self._known[key] = make()
        return self._known[key]

    def _default(self, name: str) -> Node:
        return Node(Unknown(f"it hangs on the parameter {name}"), 0)

    def _variable(self, name: str) -> Node:
        return Node(Unknown(f"it hangs on the variable {name}"), 0)

    def configured(self, kind: str, name: str, line: int, body: Node) -> Configured:
        """A resource of its body; what stands below `properties` starts there."""
        entries = body.entries()
        inner = entries.get("properties")
        found = [one for key, each in entries.items() if key not in {"properties", "resources", "type"} for one in flat(key, each)]
        if inner is not None:
            found += flat("", inner) if isinstance(inner.value, dict) else ()
        roots = frozenset({"*"}) if inner is not None and isinstance(inner.value, Unknown) else frozenset[str]()
        return Configured(
            type=kind, address=f"{kind}.{name}", path=self.path, line=line, settings=tuple(found[:MAX_SETTINGS]), unknown_roots=roots
        )

    def gaps(self) -> Iterator[Gap]:
        """What is not made by the defaults, and what was too much."""
        if self.off:
            listed = ", ".join(self.off[:MAX_NAMED])
            reason = f"{self.path}: by the defaults of its parameters it does not make {listed}; these were not judged."
            yield Gap(subject="resource-off-by-default", reason=reason, question="Is it made where the template is deployed?")
        if self.fuel.steps < 0:
            reason = f"{self.path} comes to more than is worked out; the rest of it is unknown."
            yield Gap(subject="large-infrastructure-file", reason=reason, question="Which resources does it declare?")


class Arm(_Names):
    """One ARM template, or one that a deployment inside another holds."""

    def __init__(self, root: Node, path: str, given: Mapping[str, Node], fuel: Fuel | None = None) -> None:
        super().__init__(path, fuel or Fuel(), given)
        self._root = root

    def _default(self, name: str) -> Node:
        default = self._root.get("parameters", name, "defaultValue")
        return self.told(default) if default is not None else super()._default(name)

    def _variable(self, name: str) -> Node:
        value = self._root.get("variables", name)
        return self.told(value) if value is not None else super()._variable(name)

    def told(self, node: Node) -> Node:
        """The part with its expressions worked out; null is absence."""
        if not self.fuel.burn() or self.fuel.depth > MAX_NESTING:
            return Node(Unknown("more than is worked out"), node.line)
        self.fuel.depth += 1
        found = self._told(node)
        self.fuel.depth -= 1
        return found

    def _told(self, node: Node) -> Node:
        if isinstance(node.value, str):
            text = node.value
            if text[:1] == "[" and text[-1:] == "]" and text[1:2] != "[":
                found = self.evaluate(expression(text[1:-1], node.line))
                return found if isinstance(found.value, list | dict) else Node(found.value, node.line)
            return Node(text[1:] if text.startswith("[[") else text, node.line)
        if isinstance(node.value, list):
            return Node([self.told(each) for each in node.value], node.line)
        if isinstance(node.value, dict):
            return Node({key: self.told(each) for key, each in node.value.items()}, node.line)
        return node

    def resources(self, holder: Node | None = None, outer: str = "", depth: int = 0) -> Iterator[Configured]:
        """Those that are made, or may be, with those inside them."""
        listed = (holder or self._root).get("resources")
        if listed is None or depth > MAX_DEPTH:
            return
        parts = listed.entries() or {str(index): each for index, each in enumerate(listed.items())}
        for key, each in parts.items():
            kind, name = each.text("type"), each.text("name") or key
            if kind is None or each.get("existing") is not None:
                continue
            kind = f"{outer}/{kind}" if outer and "." not in kind else kind
            condition = each.get("condition")
            if condition is not None and is_true(self.told(condition)) is False:
                self.off.append(f"{kind}.{name}")
                continue
            if kind.lower() == "microsoft.resources/deployments":
                yield from self._nested(each)
            body = Node({word: part for word, part in each.entries().items() if word not in _AROUND}, each.line)
            symbol = name if parts and listed.entries() == {} else key
            yield self.configured(kind, symbol, _line(each), self.told(body))
            yield from self.resources(each, kind, depth + 1)

    def _nested(self, deployment: Node) -> Iterator[Configured]:
        inner = deployment.get("properties", "template")
        if inner is None:
            return
        said_of = deployment.entries("properties", "parameters")
        given = {name: self.told(value) for name, each in said_of.items() if (value := each.get("value")) is not None}
        is_inner = (deployment.text("properties", "expressionEvaluationOptions", "scope") or "").lower() == "inner"
        held = Arm(inner, self.path, given, self.fuel) if is_inner or inner.get("parameters") is not None else None
        if held is None:
            yield from self.resources(inner, "", 1)
            return
        yield from held.resources()
        self.off += held.off


def _line(node: Node) -> int:
    kind = node.get("type")
    return kind.line if kind is not None else node.line


class Bicep(_Names):
    """One Bicep file with the arguments of one call."""

    def __init__(self, source: str, path: str, given: Mapping[str, Node]) -> None:
        super().__init__(path, Fuel(), given)
        self.statements, self.fault = statements(source)
        self._by_name = {one.name: one for one in self.statements}

    def named(self, name: str) -> Node:
        """A parameter, a variable, or a resource as a reference."""
        one = self._by_name.get(name)
        if one is None:
            return Node(Unknown(f"it is {name}"), 0)
        if one.kind == "param":
            return self.parameter(name)
        if one.kind == "var":
            return self.variable(name)
        kind = one.target.partition("@")[0]
        return Node(Unknown(f"it is {name}", is_given=True, refers=f"{kind}.{name}" if one.kind == "resource" else ""), one.line)

    def _default(self, name: str) -> Node:
        one = self._by_name.get(name)
        return self.evaluate(one.value) if one is not None and one.value is not None else super()._default(name)

    def _variable(self, name: str) -> Node:
        one = self._by_name.get(name)
        return self.evaluate(one.value) if one is not None and one.value is not None else super()._variable(name)

    def resources(self) -> Iterator[Configured]:
        """Those that are made, or may be."""
        for one in self.statements:
            if one.kind == "resource":
                yield from self._resource(one, "", 0)

    def _resource(self, one: Statement, outer: str, depth: int) -> Iterator[Configured]:
        kind = one.target.partition("@")[0]
        kind = f"{outer}/{kind}" if outer and "." not in kind else kind
        if depth > MAX_DEPTH or not kind:
            return
        if one.condition is not None and is_true(self.evaluate(one.condition)) is False:
            self.off.append(f"{kind}.{one.name}")
            return
        if not one.is_existing and one.value is not None:
            body = self.evaluate(one.value)
            if isinstance(body.value, list):
                body = body.value[0]
            yield self.configured(kind, one.name, one.line, body)
        for child in one.children:
            yield from self._resource(child, kind, depth + 1)

    def calls(self) -> Iterator[tuple[str, dict[str, Node]]]:
        """The local files that it calls, each with its arguments."""
        for one in self.statements:
            if one.kind != "module" or one.value is None or not one.target.endswith(".bicep"):
                continue
            if one.condition is not None and is_true(self.evaluate(one.condition)) is False:
                continue
            body = self.evaluate(one.value)
            if isinstance(body.value, list):
                body = body.value[0]
            yield posixpath.normpath(posixpath.join(posixpath.dirname(self.path), one.target)), dict(body.entries("params"))


class BicepFiles:
    """The Bicep files of a tree: those that nothing calls, and below them what they call, with the arguments of each call."""

    def __init__(self, text: Callable[[str], str | None]) -> None:
        self._text = text
        self._sources: dict[str, str] = {}
        self.gaps: list[Gap] = []
        self._calls = 0

    def add(self, path: str, source: str) -> None:
        """One file."""
        self._sources[path] = source

    def resources(self) -> Iterator[Configured]:
        """Those of all files."""
        called = {target for path, source in self._sources.items() for target, _ in Bicep(source, path, {}).calls()}
        seen: set[str] = set()
        for path in self._sources:
            if path not in called:
                yield from self._of(path, _beside(path, self._text), (path,), seen)
        for path in self._sources:
            if path not in seen:  # files that call each other in a circle, or that a call behind a condition leads to
                yield from self._of(path, {}, (path,), seen)

    def _of(self, path: str, given: Mapping[str, Node], stack: tuple[str, ...], seen: set[str]) -> Iterator[Configured]:
        seen.add(path)
        one = Bicep(self._sources[path], path, given)
        yield from one.resources()
        if one.fault is not None:
            self._tell(f"{path}:{one.fault} is not valid Bicep; what stands around it was read.")
        for target, arguments in one.calls():
            self._calls += 1
            if target in stack or len(stack) > MAX_DEPTH or self._calls > MAX_MODULES:
                self._tell(f"{path}: its call of {target} leads in a circle or too deep; it was not followed.")
            elif target in self._sources:
                yield from self._of(target, arguments, (*stack, target), seen)
        self.gaps += [gap for gap in one.gaps() if gap not in self.gaps]

    def _tell(self, reason: str) -> None:
        gap = Gap(subject="broken-infrastructure-file", reason=reason, question="Which resources does it declare?")
        if gap not in self.gaps:
            self.gaps.append(gap)


def _beside(path: str, text: Callable[[str], str | None]) -> dict[str, Node]:
    """The values that `NAME.parameters.json` beside a file gives; blanks that are filled later stay unknown."""
    stem = posixpath.splitext(path)[0]
    found = text(f"{stem}.parameters.json")
    roots = read_json(found).roots if found is not None else []
    given: dict[str, Node] = {}
    for name, each in (roots[0].entries("parameters") if roots else {}).items():
        value = each.get("value")
        if value is not None:
            is_open = isinstance(value.value, str) and "${" in value.value
            given[name] = Node(Unknown(f"it is {said(value)[:80]}"), value.line) if is_open else value
    return given


def arm_of(root: Node, path: str, text: Callable[[str], str | None]) -> Arm:
    """An ARM template with the values that stand beside it."""
    return Arm(root, path, _beside(path, text))
