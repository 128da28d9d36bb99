"""Terraform modules to resources: variables, locals, calls of modules in the tree, count, for_each, dynamic blocks. Pure."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from pentascope.collectors.iac.data import MAX_SETTINGS, Data, Unknown, settings, words
from pentascope.collectors.iac.evaluate import Evaluator, Fuel
from pentascope.collectors.iac.hcl import Block, Entries, Function, Items, Literal, Traversal
from pentascope.collectors.iac.policies import policy_document
from pentascope.model.evidence import Gap
from pentascope.model.infrastructure import Configured, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from pentascope.collectors.iac.hcl import Expression, ModuleFile

MAX_MODULES = 500  # calls that are followed in one tree
MAX_NESTING = 10
MAX_INSTANCES = 20  # of one resource; what they share is told of the first
_META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle"})
_CALL = frozenset({"source", "version", "providers"})
_UNDECIDED = Unknown("it is being worked out from itself")


class World:
    """The modules of one tree, by folder, and what may still be spent on them."""

    def __init__(self, files: Iterable[ModuleFile], file: Callable[[str], str | None] = lambda _: None) -> None:
        self.folders: dict[str, list[ModuleFile]] = {}
        for one in sorted(files, key=lambda each: each.path):
            self.folders.setdefault(posixpath.dirname(one.path), []).append(one)
        self.file = file
        self.fuel = Fuel()
        self.calls = 0
        self.gaps: dict[str, Gap] = {}

    @property
    def roots(self) -> Sequence[str]:
        """The folders that no other calls. What only an example calls is its own root too."""
        called = {target for folder in self.folders if not _is_example(folder) for target in self._targets(folder)}
        return [folder for folder in self.folders if folder not in called]

    def alone(self) -> World:
        """The same modules with nothing spent: what one root gives does not hang on those before it."""
        world = World((), self.file)
        world.folders = self.folders
        return world

    def instance(self, folder: str, seen: set[str]) -> Iterator[Configured]:
        """The resources of one root module; `seen` takes the folders that it read."""
        module = Module(self, folder, {}, "", (folder,))
        yield from module.resources()
        seen |= module.seen

    def _targets(self, folder: str) -> Iterator[str]:
        for one in self.folders[folder]:
            for block in one.blocks:
                if block.type == "module" and (target := _local_source(block, folder)) is not None:
                    yield target

    def gap(self, subject: str, reason: str, question: str) -> None:
        """Said once for each reason."""
        self.gaps.setdefault(reason, Gap(subject=subject, reason=reason, question=question))


def _is_example(folder: str) -> bool:
    return any(part in {"example", "examples", "test", "tests", "fixtures"} for part in folder.split("/"))


def _local_source(block: Block, folder: str) -> str | None:
    """The folder that a call leads to; None for one that lies elsewhere."""
    source = block.attribute("source")
    if source is None or not isinstance(source.value, Literal) or not isinstance(source.value.value, str):
        return None
    text = source.value.value
    if not text.startswith(("./", "../")) and text not in {".", ".."}:
        return None
    found = posixpath.normpath(posixpath.join(folder, text))
    return "" if found == "." else found


class Module:
    """One module with the arguments of one call. `seen` are the folders that it and its calls read."""

    def __init__(self, world: World, folder: str, arguments: Mapping[str, Data], address: str, stack: tuple[str, ...]) -> None:
        self._world = world
        self.folder = folder
        self._arguments = arguments
        self._address = address
        self._stack = stack
        self.seen = {folder}
        self._files = world.folders.get(folder, [])
        self._locals: dict[str, Expression] = {}
        self._variables: dict[str, Block] = {}
        self.outputs: dict[str, Block] = {}
        self._sources: dict[tuple[str, str], Block] = {}
        self._calls: dict[str, Block] = {}
        self._known: dict[str, Data] = {}
        self._children: dict[str, Module | None] = {}
        self._evaluate = Evaluator(self, world.fuel)
        for one in self._files:
            for block in one.blocks:
                self._register(block)
        if not stack[1:]:
            self._arguments = {**self._assigned(), **arguments}

    def _register(self, block: Block) -> None:
        name = block.labels[-1] if block.labels else ""
        if block.type == "locals":
            self._locals |= {one.name: one.value for one in block.attributes}
        elif block.type == "variable":
            self._variables[name] = block
        elif block.type == "output":
            self.outputs[name] = block
        elif block.type == "module":
            self._calls[name] = block
        elif block.type == "data" and len(block.labels) > 1:
            self._sources[block.labels[0], name] = block

    def _assigned(self) -> dict[str, Data]:
        """`terraform.tfvars` and `*.auto.tfvars` of a root module, later files first in rank."""
        found: dict[str, Data] = {}
        for one in self._files:
            name = posixpath.basename(one.path)
            if name == "terraform.tfvars" or name.endswith(".auto.tfvars"):
                found |= {each.name: self._evaluate(each.value) for each in one.attributes}
        return found

    # What names stand for

    def variable(self, name: str) -> Data:
        """The argument of the call, else the default."""
        if name in self._arguments:
            return self._arguments[name]
        block = self._variables.get(name)
        default = block.attribute("default") if block is not None else None
        if default is None:
            return Unknown(f"it hangs on var.{name}")
        return self.once(f"var.{name}", default.value)

    def local(self, name: str) -> Data:
        """What a local value is."""
        return self.once(f"local.{name}", self._locals[name]) if name in self._locals else Unknown(f"it hangs on local.{name}")

    def once(self, key: str, expression: Expression) -> Data:
        """What the expression of a name comes to, worked out once."""
        if key not in self._known:
            self._known[key] = _UNDECIDED
            self._known[key] = self._evaluate(expression)
        return self._known[key]

    def output(self, module: str, name: str) -> Data:
        """What a called module gives back."""
        child = self._child(module)
        block = child.outputs.get(name) if child is not None else None
        value = block.attribute("value") if block is not None else None
        if child is None or value is None:
            return Unknown(f"it hangs on module.{module}.{name}")
        return child.once(f"output.{name}", value.value)

    def data_source(self, kind: str, name: str, attribute: str) -> Data:
        """A policy document is worked out; anything else is looked up at run time."""
        block = self._sources.get((kind, name))
        if kind == "aws_iam_policy_document" and attribute in {"json", "minified_json"} and block is not None:
            key = f"data.{kind}.{name}"
            if key not in self._known:
                self._known[key] = _UNDECIDED
                self._known[key] = policy_document(self._plain(block, self._evaluate))
            return self._known[key]
        is_given = kind not in {"terraform_remote_state", "external", "http"}
        return Unknown(f"it is data.{kind}.{name}.{attribute}", is_given=is_given, refers=f"data.{kind}.{name}")

    def file(self, path: str) -> str | None:
        """The text of a file of the tree, by a path that stands in this module."""
        found = posixpath.normpath(posixpath.join(self.folder, path.removeprefix("./")))
        return None if found.startswith(("../", "/")) else self._world.file(found)

    def _plain(self, block: Block, evaluate: Evaluator) -> dict[str, Data]:
        """A block as an object: attributes, and the list of the blocks of each name."""
        found: dict[str, Data] = {one.name: evaluate(one.value) for one in block.attributes}
        for child, inner in self._expanded(block, evaluate):
            if inner is None:
                found[child.type] = Unknown("the block is made at run time")
            elif not isinstance(found.get(child.type), Unknown):
                known = found.setdefault(child.type, [])
                if isinstance(known, list):
                    known.append(self._plain(child, inner))
        return found

    # Calls

    def _child(self, name: str) -> Module | None:
        if name not in self._children:
            self._children[name] = None
            self._children[name] = self._called(self._calls[name], name) if name in self._calls else None
        return self._children[name]

    def _called(self, block: Block, name: str) -> Module | None:
        target = _local_source(block, self.folder)
        if target is None or target not in self._world.folders:
            return None
        place = self._files[0].path if self._files else self.folder
        if target in self._stack or len(self._stack) > MAX_NESTING:
            reason = f"{place}: module.{name} leads back to {target or '.'}; it was not followed."
            self._world.gap("module-in-a-circle", reason, "Is the call right?")
            return None
        self._world.calls += 1
        if self._world.calls > MAX_MODULES:
            self._world.gap("too-many-modules", f"{MAX_MODULES} calls of modules were followed and no more.", "What do the others declare?")
            return None
        evaluate, is_on = self._instances(block)
        if not is_on:
            return None
        given = [one for one in block.attributes if one.name not in _META | _CALL]
        arguments = {one.name: (evaluate[0] if evaluate else self._evaluate)(one.value) for one in given}
        return Module(self._world, target, arguments, f"{self._address}module.{name}.", (*self._stack, target))

    # Resources

    def resources(self) -> Iterator[Configured]:
        """Those of this module, then those of the modules that it calls."""
        for one in self._files:
            for block in one.blocks:
                if block.type in {"resource", "data"} and len(block.labels) > 1:
                    yield from self._resource(block, one.path)
        for name in self._calls:
            child = self._child(name)
            if child is not None:
                yield from child.resources()
                self.seen |= child.seen

    def _instances(self, block: Block) -> tuple[list[Evaluator], bool]:
        """What works out the arguments of each instance, and whether there may be any."""
        count, each = block.attribute("count"), block.attribute("for_each")
        if count is not None:
            value = self._evaluate(count.value)
            if isinstance(value, int | float | str) and words(value).isdigit():
                numbers = range(min(int(words(value)), MAX_INSTANCES))
                return [self._evaluate.within({"count": {"index": number}}) for number in numbers], len(numbers) > 0
            if value is False:
                return [], False
        if each is not None:
            value = self._evaluate(each.value)
            pairs = _pairs(value)
            if pairs is not None:
                return [self._evaluate.within({"each": {"key": key, "value": one}}) for key, one in pairs[:MAX_INSTANCES]], bool(pairs)
            why = value.why if isinstance(value, Unknown) else "what it goes over"
            return [self._evaluate.within({"each": {"key": Unknown(why, is_given=True), "value": Unknown(why)}})], True
        return [self._evaluate], True

    def _resource(self, block: Block, path: str) -> Iterator[Configured]:
        evaluators, is_on = self._instances(block)
        if not is_on:
            return
        told: list[tuple[tuple[Setting, ...], frozenset[str]]] = []
        for evaluate in evaluators:
            found: list[Setting] = []
            undecided: set[str] = set()
            self._collect(block, evaluate, "", found, undecided)
            each = (tuple(found), frozenset(undecided))
            if each not in told:
                told.append(each)
        data = "data." if block.type == "data" else ""
        for index, (each_settings, unknown_roots) in enumerate(told):
            suffix = f"[{index}]" if len(told) > 1 else ""
            yield Configured(
                type=f"{data}{block.labels[0]}",
                address=f"{self._address}{data}{block.labels[0]}.{block.labels[1]}{suffix}",
                path=path,
                line=block.line,
                settings=each_settings,
                unknown_roots=unknown_roots,
            )

    def _collect(self, block: Block, evaluate: Evaluator, path: str, found: list[Setting], undecided: set[str]) -> None:
        for one in block.attributes:
            if path or one.name not in _META:
                found += islice(_flat(f"{path}{one.name}", one.value, one.line, evaluate), MAX_SETTINGS - len(found))
        counts: dict[str, int] = {}
        for child, inner in self._expanded(block, evaluate):
            if len(found) >= MAX_SETTINGS:
                return
            if child.type in {"lifecycle", "provisioner", "connection", "timeouts"}:
                continue
            name = f"{path}{'.'.join((child.type, *child.labels))}"
            if inner is None:
                undecided.add(name.partition(".")[0])
                continue
            counts[name] = counts.get(name, -1) + 1
            suffix = f".{counts[name]}" if counts[name] else ""
            self._collect(child, inner, f"{name}{suffix}.", found, undecided)
            if not child.attributes and not child.blocks:
                found.append(Setting(path=f"{name}{suffix}", value="{}", line=child.line))

    def _expanded(self, block: Block, evaluate: Evaluator) -> Iterator[tuple[Block, Evaluator | None]]:
        """The blocks inside, dynamic ones as often as they are made; without an evaluator where that is not told."""
        for child in block.blocks:
            if child.type != "dynamic" or not child.labels:
                yield child, evaluate
                continue
            name = child.labels[0]
            over, iterator = child.attribute("for_each"), child.attribute("iterator")
            content = next((one for one in child.blocks if one.type == "content"), None)
            if over is None or content is None:
                continue
            made = Block(name, (), child.line, content.attributes, content.blocks)
            pairs = _pairs(evaluate(over.value))
            if pairs is None:
                yield made, None
                continue
            word = iterator.value.root if iterator is not None and isinstance(iterator.value, Traversal) else name
            for key, value in pairs[:MAX_INSTANCES]:
                yield made, evaluate.within({str(word): {"key": key, "value": value}})


def _pairs(value: Data) -> Sequence[tuple[Data, Data]] | None:
    """Keys and values of what `for_each` goes over; None where that is not told."""
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list) and not any(isinstance(each, Unknown) for each in value):
        return [(each if isinstance(each, str) else index, each) for index, each in enumerate(value)]
    return [] if value is None else None


def _flat(path: str, expression: Expression, line: int, evaluate: Evaluator) -> Iterator[Setting]:
    """The scalars of an argument; what stands in brackets is told with its own line."""
    if isinstance(expression, Entries):
        keys = [evaluate(key) for key in expression.keys]
        if not any(isinstance(key, Unknown | list | dict) for key in keys):
            for key, value, at in zip(keys, expression.values, expression.lines, strict=True):
                yield from _flat(f"{path}.{words(key)}", value, at, evaluate)
            return
    if isinstance(expression, Items):
        for index, (item, at) in enumerate(zip(expression.items, expression.lines, strict=True)):
            yield from _flat(f"{path}.{index}", item, at, evaluate)
        return
    if isinstance(expression, Function) and expression.name in {"jsonencode", "yamlencode"} and len(expression.arguments) == 1:
        yield from _flat(path, expression.arguments[0], line, evaluate)
        return
    yield from settings(path, evaluate(expression), line)
