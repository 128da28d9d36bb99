"""The configuration inside a Terraform plan: which arguments are set, and which resources they refer to. Pure."""

from __future__ import annotations

import msgspec

Expressions = dict[str, object]
MAX_CALLS = 10  # modules through which a variable is followed


class _Resource(msgspec.Struct):
    address: str
    expressions: Expressions = {}


class ModuleConfiguration(msgspec.Struct):
    """The resources of a module and its calls of others."""

    resources: list[_Resource] = []
    module_calls: dict[str, _Call] = {}


class _Call(msgspec.Struct):
    expressions: Expressions = {}
    module: ModuleConfiguration = msgspec.field(default_factory=ModuleConfiguration)


class Configuration(msgspec.Struct):
    """What the plan was made of."""

    root_module: ModuleConfiguration = msgspec.field(default_factory=ModuleConfiguration)


class Module:
    """A module with the arguments of its call."""

    def __init__(self, configuration: ModuleConfiguration, caller: Module | None = None, arguments: Expressions | None = None) -> None:
        self._configuration = configuration
        self._caller = caller
        self._arguments = arguments or {}
        self._resources = {one.address: one.expressions for one in configuration.resources}
        self._children: dict[str, Module | None] = {}

    def inner(self, address: str) -> Module | None:
        """The module of an address without indices, `module.a.module.b`; this one where it is empty."""
        if not address:
            return self
        if address not in self._children:
            parent, _, name = address.rpartition("module.")
            above = self.inner(parent.rstrip("."))
            call = above._configuration.module_calls.get(name) if above is not None else None  # noqa: SLF001 - its own kind
            self._children[address] = Module(call.module, above, call.expressions) if call is not None else None
        return self._children[address]

    def expressions(self, address: str) -> Expressions | None:
        """The arguments that are set of a resource; None where the plan does not say."""
        return self._resources.get(address)

    def refers(self, expression: object, calls: int = 0) -> str:
        """The first resource that an expression takes something of, through the arguments of calls."""
        references = expression.get("references") if isinstance(expression, dict) else None
        for reference in references if isinstance(references, list) else ():
            parts = str(reference).partition("[")[0].split(".")
            if parts[0] == "var" and len(parts) > 1 and self._caller is not None and calls < MAX_CALLS:
                found = self._caller.refers(self._arguments.get(parts[1]), calls + 1)
                if found:
                    return found
            elif parts[0] == "data" and len(parts) > 2:
                return ".".join(parts[:3])
            elif parts[0] not in {"var", "local", "module", "each", "count", "path", "terraform", "self"} and len(parts) > 1:
                return ".".join(parts[:2])
        return ""
