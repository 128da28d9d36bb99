"""The intrinsic functions of CloudFormation, as far as a template tells what they give. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from pentascope.collectors.iac.data import Data, Unknown, words
from pentascope.collectors.iac.document import Fuel, Node, plain
from pentascope.model.infrastructure import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_NESTING = 80  # parts within parts and names that lead to names
MAX_TEXT = 200_000
MAX_ITEMS = 10_000
_SHORT = frozenset(
    {
        "Base64", "Cidr", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Length", "Select", "Split", "Sub",
        "ToJsonString", "Transform", "And", "Or", "Not", "Equals",
    }
)  # fmt: skip
_HOLE = re.compile(r"\$\{(!?)([^{}]*)\}")
_LOOKED_UP = re.compile(r"\{\{resolve:([\w-]+):[^{}]*\}\}")
_TOO_MUCH = Unknown("more than is worked out")
ABSENT = Unknown("AWS::NoValue")
"""What `AWS::NoValue` gives: the setting is not made."""


class Names(Protocol):
    """What the names of a template stand for."""

    def ref(self, name: str) -> Node: ...

    def attribute(self, name: str, attribute: str) -> Unknown: ...

    def condition(self, name: str) -> bool | None: ...

    def mapped(self, name: str, *keys: str) -> Node | None: ...

    def fault(self, line: int, what: str) -> None: ...


class Evaluator:
    """Works out parts in the names of one template; `inner` are those of loops around them."""

    def __init__(self, names: Names, fuel: Fuel, inner: Mapping[str, str | Unknown] | None = None) -> None:
        self._names, self._fuel, self._inner = names, fuel, inner or {}

    def within(self, inner: Mapping[str, str | Unknown]) -> Evaluator:
        """The same with more names, those of a loop."""
        return Evaluator(self._names, self._fuel, {**self._inner, **inner})

    def __call__(self, node: Node) -> Node:
        """The part with its functions worked out; `ABSENT` where it is not made."""
        if not self._fuel.burn() or self._fuel.depth > MAX_NESTING:
            return Node(_TOO_MUCH, node.line)
        self._fuel.depth += 1
        found = self._worked(node)
        self._fuel.depth -= 1
        return found

    def _worked(self, node: Node) -> Node:
        if node.tag:
            name, argument = _long(node)
            return Node(node.value, node.line) if not name else self._call(name, argument, node.line)
        if isinstance(node.value, list):
            made = (self(each) for each in node.value)
            return Node([each for each in made if each.value is not ABSENT], node.line)
        if isinstance(node.value, dict):
            if len(node.value) == 1:
                ((name, argument),) = node.value.items()
                if name in {"Ref", "Condition"} or name.startswith("Fn::"):
                    if name != "Condition" or isinstance(argument.value, str):
                        if not name.startswith("Fn::ForEach::"):
                            return self._call(name, argument, node.line)
            return self._mapping(node)
        if isinstance(node.value, str):
            return Node(self.substituted(node.value), node.line)
        return node

    def _mapping(self, node: Node) -> Node:
        found: dict[str, Node] = {}
        for key, each, evaluate in self.expanded(node):
            made = evaluate(each)
            if made.value is not ABSENT:
                found[key] = made
        return Node(found, node.line)

    def expanded(self, node: Node, depth: int = 0) -> list[tuple[str, Node, Evaluator]]:
        """The entries of a mapping, those of `Fn::ForEach` as often as they are made, with what works them out."""
        found: list[tuple[str, Node, Evaluator]] = []
        for key, each in node.value.items() if isinstance(node.value, dict) else ():
            if not key.startswith("Fn::ForEach::"):
                found.append((self.substituted_key(key), each, self))
            elif depth < MAX_NESTING and isinstance(each.value, list) and len(each.value) == 3 and isinstance(each.value[0].value, str):
                for value in self._collection(each.value[1]):
                    found += self.within({each.value[0].value: value}).expanded(each.value[2], depth + 1)
                    if len(found) > MAX_ITEMS or not self._fuel.burn():
                        return found[:MAX_ITEMS]
            else:
                self._names.fault(each.line, f"{key[:80]} is not well formed")
                found.append((key, Node(Unknown("a loop that is not well formed"), each.line), self))
        return found

    def _collection(self, node: Node) -> list[str | Unknown]:
        over = self(node)
        if isinstance(over.value, list):
            return [_scalar(each.value) for each in over.value[:MAX_ITEMS]]
        if isinstance(over.value, str):
            return list(over.value.split(","))
        return [Unknown(over.value.why if isinstance(over.value, Unknown) else "what it goes over", is_given=True)]

    def substituted_key(self, key: str) -> str:
        """A key with the names of loops put in."""
        found = self.substituted(key) if self._inner else key
        return found.shape or UNTOLD if isinstance(found, Unknown) else found

    def substituted(self, text: str) -> str | Unknown:
        """A text with the names of loops put in, and with what is only looked up at deployment taken out."""
        for name, value in self._inner.items():
            if name in text:
                for mark in (f"${{{name}}}", f"&{{{name}}}"):
                    text = text.replace(mark, UNTOLD if isinstance(value, Unknown) else value)[:MAX_TEXT]
        looked_up = _LOOKED_UP.search(text) if "{{resolve:" in text else None
        if looked_up is not None:
            shape = _LOOKED_UP.sub(UNTOLD, text)
            return Unknown(f"it is looked up in {looked_up[1]} at deployment", is_given=True, shape="" if shape == UNTOLD else shape)
        return Unknown("it hangs on a loop", is_given=True, shape=text) if UNTOLD in text and self._inner else text

    # Functions

    def _call(self, name: str, argument: Node, line: int) -> Node:
        function: Callable[[Evaluator, Node], Node | Data] | None = _FUNCTIONS.get(name)
        if function is None:
            return Node(Unknown(f"it is what {name} gives"), line)
        found = function(self, argument)
        if isinstance(found, Node):
            return Node(found.value, found.line if isinstance(found.value, list | dict) else line)
        return Node(found if isinstance(found, str | bool | int | Unknown) else None, line)

    def ref(self, argument: Node) -> Node | Data:
        """`Ref`."""
        if not isinstance(argument.value, str):
            return Unknown("its Ref names nothing")
        if argument.value in self._inner:
            return self._inner[argument.value]
        return self._names.ref(argument.value)

    def get_att(self, argument: Node) -> Data:
        """`Fn::GetAtt`."""
        value = argument.value
        listed = [self(each).value for each in value] if isinstance(value, list) else []
        parts = value.split(".", 1) if isinstance(value, str) else listed
        if len(parts) != 2 or not isinstance(parts[0], str):
            return Unknown("its GetAtt names nothing")
        name = self.substituted_key(parts[0])
        return self._names.attribute(name, parts[1] if isinstance(parts[1], str) else UNTOLD)

    def sub(self, argument: Node) -> Data:
        """`Fn::Sub`, with or without names of its own."""
        own: dict[str, Node] = {}
        if isinstance(argument.value, list) and len(argument.value) == 2:
            own = {key: self(each) for key, each in argument.value[1].entries().items()}
            argument = argument.value[0]
        text = self(argument).value
        if isinstance(text, Unknown):
            return Unknown(text.why, is_given=True, shape=_HOLE.sub(UNTOLD, text.shape))
        if not isinstance(text, str):
            return Unknown("its Sub has no text")
        missing: list[Unknown] = []

        def put(match: re.Match[str]) -> str:
            if match[1]:
                return f"${{{match[2]}}}"
            value = self._named(match[2].strip(), own)
            if isinstance(value, Unknown):
                missing.append(value)
                return value.shape or UNTOLD
            return words(value)

        made = _HOLE.sub(put, text)[:MAX_TEXT]
        if not missing:
            return made
        is_whole = made == UNTOLD and len(missing) == 1
        return Unknown(
            missing[0].why, is_given=missing[0].is_given or not is_whole, refers=missing[0].refers if is_whole else "",
            shape="" if is_whole else made,
        )  # fmt: skip

    def _named(self, name: str, own: Mapping[str, Node]) -> Data:
        if name in own:
            value = own[name].value
        elif name in self._inner:
            value = self._inner[name]
        elif "." in name:
            return self._names.attribute(*name.split(".", 1))
        else:
            value = self._names.ref(name).value
        if isinstance(value, list):
            return ",".join(words(plain(each)) for each in value)
        return Unknown("it is no text") if isinstance(value, dict) or value is None else value

    def join(self, argument: Node) -> Data:
        """`Fn::Join`."""
        parts = self(argument)
        if not isinstance(parts.value, list) or len(parts.value) != 2 or not isinstance(parts.value[0].value, str):
            return Unknown("its Join is not well formed", is_given=True)
        listed = parts.value[1].value
        if not isinstance(listed, list):
            return Unknown(listed.why if isinstance(listed, Unknown) else "its Join has no list", is_given=True)
        missing = next((each.value for each in listed if isinstance(each.value, Unknown)), None)
        texts = [(each.value.shape or UNTOLD) if isinstance(each.value, Unknown) else words(plain(each)) for each in listed]
        made = parts.value[0].value.join(texts)[:MAX_TEXT]
        if missing is None:
            return made
        return Unknown(missing.why, is_given=True, refers=missing.refers if len(listed) == 1 else "", shape="" if made == UNTOLD else made)

    def split(self, argument: Node) -> Node | Data:
        """`Fn::Split`."""
        parts = self.items(argument)
        if len(parts) != 2 or not isinstance(parts[0].value, str) or not parts[0].value:
            return Unknown("its Split is not well formed")
        text = parts[1].value
        if isinstance(text, Unknown):
            return Unknown(text.why, is_given=text.is_given, refers=text.refers)
        return Node([Node(each, argument.line) for each in words(plain(parts[1])).split(parts[0].value)[:MAX_ITEMS]], argument.line)

    def select(self, argument: Node) -> Node | Data:
        """`Fn::Select`."""
        parts = self.items(argument)
        if len(parts) != 2:
            return Unknown("its Select is not well formed")
        index, over = parts[0].value, parts[1].value
        if isinstance(over, str):
            over = [Node(each, argument.line) for each in over.split(",")]
        if isinstance(over, Unknown):
            return Unknown(over.why, is_given=over.is_given)
        if isinstance(over, list) and isinstance(index, str) and index.isdecimal() and int(index) < len(over):
            return over[int(index)]
        return Unknown(index.why if isinstance(index, Unknown) else "its Select takes what is not there")

    def find_in_map(self, argument: Node) -> Node | Data:
        """`Fn::FindInMap`, with the default of the language extensions."""
        parts = self.items(argument)
        default = next((each.get("DefaultValue") for each in parts if each.get("DefaultValue") is not None), None)
        keys = [each.value for each in parts if each.get("DefaultValue") is None]
        missing = next((each for each in keys if isinstance(each, Unknown)), None)
        if missing is not None:
            return Unknown(missing.why, is_given=True)
        found = self._names.mapped(*[words(plain(each)) for each in parts[:3]]) if len(keys) == 3 else None
        if found is not None:
            return self(found)
        if default is None:
            path = ".".join(each for each in keys if isinstance(each, str))
            self._names.fault(argument.line, f"FindInMap takes {path[:120]}, which is not there")
        return default if default is not None else Unknown("its mapping has no such key")

    def choose(self, argument: Node) -> Node | Data:
        """`Fn::If`: one side where the condition is decided, or where both say the same."""
        sides = argument.value
        if not isinstance(sides, list) or len(sides) != 3 or not isinstance(sides[0].value, str):
            return Unknown("its If is not well formed")
        name = sides[0].value
        truth = self._names.condition(name)
        if truth is not None:
            return self(sides[1] if truth else sides[2])
        first, second = self(sides[1]), self(sides[2])
        if first.value == second.value and not isinstance(first.value, Unknown):
            return first
        is_given = all(each.value is not None and (not isinstance(each.value, Unknown) or each.value.is_given) for each in (first, second))
        return Unknown(f"it hangs on the condition {name}", is_given=is_given)

    def items(self, argument: Node) -> list[Node]:
        """The worked-out arguments of a function that takes a list."""
        found = self(argument).value
        return found if isinstance(found, list) else []

    def length(self, argument: Node) -> Data:
        """`Fn::Length`."""
        found = self(argument).value
        if isinstance(found, list):
            return str(len(found))
        return Unknown(found.why if isinstance(found, Unknown) else "its Length is that of no list", is_given=True)

    # Conditions

    def truth(self, node: Node) -> bool | None:
        """What a condition comes to; None where the template does not tell."""
        found = self(node).value
        return found if isinstance(found, bool) else {"true": True, "false": False}.get(found) if isinstance(found, str) else None

    def equals(self, argument: Node) -> Data:
        """`Fn::Equals`."""
        parts = self.items(argument)
        if len(parts) != 2:
            return Unknown("its Equals is not well formed")
        for each in parts:
            if isinstance(each.value, Unknown):
                return Unknown(each.value.why)
        return _same(plain(parts[0])) == _same(plain(parts[1]))

    def negated(self, argument: Node) -> Data:
        """`Fn::Not`."""
        sides = argument.value if isinstance(argument.value, list) else [argument]
        truth = self.truth(sides[0]) if len(sides) == 1 else None
        return Unknown("its condition") if truth is None else not truth

    def every(self, argument: Node) -> Data:
        """`Fn::And`."""
        return self._decided(argument, decides=False)

    def some(self, argument: Node) -> Data:
        """`Fn::Or`."""
        return self._decided(argument, decides=True)

    def _decided(self, argument: Node, *, decides: bool) -> Data:
        truths = [self.truth(each) for each in argument.value] if isinstance(argument.value, list) else [None]
        if decides in truths:
            return decides
        return Unknown("its condition") if None in truths else not decides

    def named_condition(self, argument: Node) -> Data:
        """`Condition`: another one by its name."""
        truth = self._names.condition(argument.value) if isinstance(argument.value, str) else None
        return Unknown(f"it hangs on the condition {argument.value}") if truth is None else truth


def _long(node: Node) -> tuple[str, Node]:
    """The function that a tag names, and its argument."""
    bare = Node(node.value, node.line)
    if node.tag in {"Ref", "Condition"}:
        return node.tag, bare
    return (f"Fn::{node.tag}" if node.tag in _SHORT else ""), bare


def _scalar(value: object) -> str | Unknown:
    return value if isinstance(value, str | Unknown) else words(value) if isinstance(value, bool | int) else Unknown("it is no text")


def _same(value: Data) -> object:
    """Words, numbers and truth values compare as text."""
    return value if isinstance(value, list | dict) or value is None else words(value)


def _given(why: str) -> Callable[[Evaluator, Node], Data]:
    return lambda _evaluator, _argument: Unknown(why, is_given=True)


def _imported(evaluator: Evaluator, argument: Node) -> Data:
    name = evaluator(argument).value
    text = name if isinstance(name, str) else name.shape if isinstance(name, Unknown) else ""
    return Unknown(f"it is the export {text or UNTOLD} of another stack"[:200], is_given=True)


_FUNCTIONS: dict[str, Callable[[Evaluator, Node], Node | Data]] = {
    "Ref": Evaluator.ref, "Condition": Evaluator.named_condition, "Fn::GetAtt": Evaluator.get_att, "Fn::Sub": Evaluator.sub,
    "Fn::Join": Evaluator.join, "Fn::Split": Evaluator.split, "Fn::Select": Evaluator.select,
    "Fn::FindInMap": Evaluator.find_in_map, "Fn::If": Evaluator.choose, "Fn::Length": Evaluator.length,
    "Fn::Equals": Evaluator.equals, "Fn::Not": Evaluator.negated, "Fn::And": Evaluator.every, "Fn::Or": Evaluator.some,
    "Fn::ImportValue": _imported, "Fn::GetAZs": _given("it is a list of zones"), "Fn::Cidr": _given("it is a range of addresses"),
    "Fn::Base64": lambda evaluator, argument: evaluator(argument),
    "Fn::ToJsonString": lambda evaluator, argument: evaluator(argument),
}  # fmt: skip
"""Text that is only written another way (Base64, JSON) is read as what it holds."""
