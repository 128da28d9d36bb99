"""What a parser gives of one file, whatever its language: the neutral form that signatures are matched against."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from pentascope.model.evidence import Role


class Import(msgspec.Struct):
    """One name bound by an import.

    `path` is the module path and symbol as the language writes it, joined by "." (`openai.OpenAI`,
    `@ai-sdk/openai.createOpenAI`, `github.com/sashabaranov/go-openai`, `dev.langchain4j.model.chat.ChatModel`).
    `name` is the local name, or "*" where the import opens a whole namespace (C# using, Swift import, Ruby require,
    `from x import *`). A relative import keeps its leading dots and never matches a signature.
    """

    path: str
    name: str
    line: int
    column: int = 1
    is_type_only: bool = False
    is_used: bool = True


class Argument(msgspec.Struct):
    """One argument of a call.

    `name` is the keyword (or object key, or builder method), None for a positional one. `texts` are the strings it
    can be as far as local constants tell. `symbol` is the canonical path of a name or call that stands there.
    """

    name: str | None
    position: int
    texts: tuple[str, ...] = ()
    symbol: str | None = None
    source: str = ""
    line: int = 0
    column: int = 1


class Call(msgspec.Struct):
    """One call, construction or decorator.

    `callee` is resolved through imports and local bindings, without parentheses:
    `client = OpenAI(); client.chat.completions.create(...)` gives `openai.OpenAI.chat.completions.create`.
    An unresolved head stays as written. `target` is the local name that receives the result.
    """

    callee: str
    line: int
    column: int = 1
    arguments: tuple[Argument, ...] = ()
    target: str | None = None
    function: str | None = None  # enclosing function or method
    is_resolved: bool = True  # the head was found in the import table
    is_decorator: bool = False

    def argument(self, *names: str) -> Argument | None:
        """The first argument with one of these keywords, or at one of these positions ("0")."""
        for wanted in names:
            for argument in self.arguments:
                if argument.name == wanted or (argument.name is None and wanted == str(argument.position)):
                    return argument
        return None


class ClassDef(msgspec.Struct):
    """One class: its name, resolved bases, method names."""

    name: str
    bases: tuple[str, ...]
    line: int
    methods: tuple[str, ...] = ()
    column: int = 1


class Text(msgspec.Struct):
    """One string literal in code that runs (never a comment or docstring) that holds something interesting.

    `key` is the name it stands under (variable, keyword, object key), `callee` the innermost call around it,
    `siblings` how many strings stand in the same list, set or dict (block lists and detectors have many).
    """

    value: str
    line: int
    column: int = 1
    key: str | None = None
    callee: str | None = None
    siblings: int = 0


class Pair(msgspec.Struct):
    """One scalar of a configuration file under its dotted key path (list indices as numbers)."""

    path: str
    value: str
    line: int
    column: int = 1


class Resource(msgspec.Struct):
    """One IaC resource: Terraform type, CloudFormation `AWS::…`, CDK construct, Kubernetes `apiVersion/Kind`."""

    type: str
    name: str
    line: int
    pairs: tuple[Pair, ...] = ()


class Named(msgspec.Struct):
    """One named thing with its place: a container image, a workflow action, a flow node, a shell command, an env name."""

    value: str
    line: int
    column: int = 1
    key: str | None = None


class Dependency(msgspec.Struct):
    """One declared library."""

    ecosystem: str
    name: str
    line: int
    version: str | None = None
    is_development: bool = False
    is_locked: bool = False  # from a lock file: perhaps only transitive


class Reading(msgspec.Struct):
    """What an expression is made of.

    `names` are the dotted names that are read (`reply.choices.message`), `cleaned` those that pass a sanitiser first.
    `calls` are the calls whose result is part of it: name as written and resolved, line, and what is read of the result.
    `holes` are the names that stand in braces in its constant text. `is_constant`: it is text that stands in the file.
    """

    names: tuple[str, ...] = ()
    cleaned: tuple[str, ...] = ()
    calls: tuple[Result, ...] = ()
    holes: tuple[str, ...] = ()
    is_constant: bool = False


class Result(msgspec.Struct):
    """A call as part of an expression; `rest` is the dotted part of its result that is read."""

    written: str
    callee: str
    line: int
    rest: str = ""


class Flow(msgspec.Struct):
    """A value on its way. `to` is where: `name`, `return`, `argument` (of a function of this file), or a place where text
    becomes something else: `run`, `sql`, `html`, `system` (the instructions of a model). `target` names it, `scope` is the
    number of the function around it in `Flows.scopes`. `call_line` is that of the call that takes it, where only that call
    can tell that it goes to a model.
    """

    to: str
    target: str
    line: int
    value: Reading
    scope: int = 0
    column: int = 1
    position: int = 0
    call_line: int | None = None


class FlowScope(msgspec.Struct):
    """One function: its name, the scope around it, its parameters with their types, the names it declares, its decorators."""

    name: str
    parent: int
    parameters: tuple[tuple[str, str], ...] = ()
    declared: frozenset[str] = frozenset()
    decorators: str = ""


class Flows(msgspec.Struct):
    """Where values of one file go. `scopes` are the functions that the flows are in; the first is the file."""

    flows: list[Flow] = []
    scopes: list[FlowScope] = []


class Unit(msgspec.Struct):
    """One parsed file, or one language of a mixed file. Lists are in source order."""

    path: str
    language: str  # family, or config | dockerfile | terraform | manifest | workflow | flow
    role: Role = Role.PRODUCTION
    imports: list[Import] = []
    calls: list[Call] = []
    classes: list[ClassDef] = []
    functions: list[Named] = []  # value = name, key = enclosing class
    texts: list[Text] = []
    pairs: list[Pair] = []
    resources: list[Resource] = []
    images: list[Named] = []
    actions: list[Named] = []
    nodes: list[Named] = []
    commands: list[Named] = []
    env: list[Named] = []  # value = variable name, key = its literal value where there is one
    dependencies: list[Dependency] = []
    bindings: dict[str, tuple[str, ...]] = {}  # local name -> canonical callees that it may hold
    follow: Callable[[bool], Flows] | None = None  # reads where values go; whether the file asks a model is given
    marks: set[str] = set()  # identifiers of training code that the engine asked for (Python only)
    is_complete: bool = True  # False when the parser gave up
