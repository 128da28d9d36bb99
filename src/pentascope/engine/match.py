"""Matches one parsed file against the signatures: Unit in, Evidence out. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.engine.declared import Declarations, tool_name
from pentascope.engine.filerules import FileRules
from pentascope.engine.findings import Findings
from pentascope.engine.hosts import is_aside, is_host
from pentascope.engine.modelids import constant_spellings, may_name_model, names_dataset, names_model
from pentascope.engine.narrowing import arguments_match, pair_matches, values_match
from pentascope.engine.patterns import GlobIndex, RootIndex, TailIndex, glob, longest_run, matches_tail
from pentascope.engine.promptsecrets import SECRET, secrets
from pentascope.engine.sinks import find_sinks
from pentascope.engine.texts import (
    EndpointTable,
    KeyTable,
    ModelExpressions,
    ModelTable,
    endpoints,
    is_for_translation,
    is_prompt,
    is_prose,
    is_vector_sql,
)
from pentascope.engine.toolschemas import writes
from pentascope.engine.unselected import lowered
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.signature import Anchor, Rule, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.model.unit import Argument, Call, Import, Named, Resource, Text, Unit

OPEN_FAMILIES = frozenset({"ruby", "php", "rust", "csharp", "swift", "dart", "cpp"})
"""Families in which a name can be used without an import statement that binds it in the same file."""

MODEL_ARGUMENTS = (
    "model", "model_name", "modelName", "modelId", "model_id", "model_path", "ModelId", "Model", "modelname", "engine",
    "deployment_name", "deploymentName", "azure_deployment", "deployment", "deploymentId", "model_id_or_path", "llm",
    "foundation_model", "foundationModel", "embedding_model", "embeddingModel", "modelPath", "pretrained_model_name_or_path",
    "base_model", "baseModelIdentifier", "modelKey", "repo_id", "defaultModel",
)
BASE_ARGUMENTS = ("base_url", "baseURL", "baseUrl", "api_base", "apiBase", "basePath", "openai_api_base", "endpoint", "host", "uri_base")
NO_KEYS = frozenset({"empty", "dummy", "none", "not-needed", "not_needed", "no-key", "sk-no-key-required", "na", "n/a", "local", "ollama", "lm-studio", "vllm", "fake", "x", "token-abc123"})
"""What people write for a key that a server of their own does not ask for."""
_SERVED = frozenset({FactKind.INFERENCE, FactKind.SERVING})
_CLIENTS = ("OpenAI", "createOpenAI", "ChatOpenAI", "AsyncOpenAI", "OpenAIClient", "createOpenAICompatible", "Client", "Anthropic",
            "AsyncAnthropic")
MODEL_FACTS = frozenset({FactKind.INFERENCE, FactKind.EMBEDDING, FactKind.AGENT, FactKind.SERVING, FactKind.TUNING})
MAX_NAME_CHARS = 60

HABIT = "practice"
"""The category of pages that tell how a thing is done, and not that it is done."""


class Matcher:
    """All signatures, indexed for speed. Build it once, match many units."""

    def __init__(self, signatures: Sequence[Signature], models: ModelExpressions | None = None) -> None:
        """Indexes only; nothing is compiled or matched yet. `models`: an automaton of all model expressions."""
        self.signatures = tuple(signatures)
        self.roots = _by_family([signature for signature in signatures if signature.category != HABIT])
        self._habits = _by_family([signature for signature in signatures if signature.category == HABIT])
        self._no_roots: RootIndex[Signature] = RootIndex(())
        self.endpoints = EndpointTable(signatures)
        self.models = ModelTable(signatures, models)
        self.keys = KeyTable(signatures)
        self.packages = {
            (ecosystem, _package_name(ecosystem, name)): signature
            for signature in signatures
            if signature.category != HABIT
            for ecosystem, names in signature.packages.items()
            for name in names
        }
        self._package_globs = [
            (ecosystem, name.lower(), signature)
            for signature in signatures
            for ecosystem, names in signature.packages.items()
            for name in names
            if "*" in name
        ]
        self._rules: dict[Anchor, list[tuple[Signature, Rule]]] = {anchor: [] for anchor in Anchor}
        for signature in signatures:
            for rule in signature.rules:
                self._rules[rule.on].append((signature, rule))
        self._versions = [(signature, rule) for signature, rule in self._rules[Anchor.DEPENDENCY] if signature.category == HABIT]
        self._env: dict[str, tuple[Signature, Rule]] = {}
        for signature, rule in self._rules[Anchor.ENV]:
            for name in rule.match:
                if "*" not in name:
                    self._env.setdefault(name, (signature, rule))
        self._env_globs = [
            (longest_run(name), name, signature, rule)
            for signature, rule in self._rules[Anchor.ENV]
            for name in rule.match
            if "*" in name
        ]
        self._env_known: dict[str, tuple[Signature, Rule] | None] = {}
        self._calls: dict[tuple[str, str], TailIndex[Rule]] = {}
        self._files = FileRules(self._rules[Anchor.FILE])
        self._config = self._globs(Anchor.CONFIG, ".")
        self._named = {
            anchor: self._globs(anchor, separators)
            for anchor, separators in ((Anchor.IMAGE, "/"), (Anchor.ACTION, "/"), (Anchor.NODE, "."),
                                       (Anchor.COMMAND, " "), (Anchor.RESOURCE, ":/."))
        }
        self._made_here = {word: [s for s in signatures if s.id in ids] for word, ids in _MADE_HERE_IDS.items()}
        named = {constant: (model, s) for s in signatures for constant, model in s.constants.items()}
        self._declarations = Declarations(self.models, self._named[Anchor.RESOURCE], named)

    def _globs(self, anchor: Anchor, separators: str) -> GlobIndex[tuple[Signature, Rule]]:
        return GlobIndex(
            ((pattern, (signature, rule)) for signature, rule in self._rules[anchor] for pattern in rule.match),
            separators=separators,
        )

    # -- one file -----------------------------------------------------------------------------------------------------

    def match(self, unit: Unit, source: bytes = b"") -> list[Evidence]:
        """Everything that the signatures see in one unit, in source order, each fact once a line. `source`: its bytes."""
        found = Findings(unit.path, unit.role, self.keys)
        in_use = self._match_imports(unit, found)
        self._match_calls(unit, in_use, found)
        self._match_classes(unit, found)
        self._match_driven(unit, found)
        for text in unit.texts:
            self._match_text(text, unit, found)
        for env in unit.env:
            self._match_env(env.value, env.line, env.column, found)
            if env.key:
                self.match_value(env.key, env.value, env.line, env.column, found)
        self._match_named(unit, found)
        self._match_pairs(unit, found)
        for resource in unit.resources:
            self._match_resource(resource, found)
        self._match_dependencies(unit, found)
        find_sinks(unit, found)
        self._declarations.read(unit, source, found)
        return lowered(unit.pairs, found.sorted())

    def match_path(self, path: str, role: Role, content: bytes | None, *, is_broad: bool = False) -> list[Evidence]:
        """What the name of a file says (assistant configuration and the like), `content` where a rule asks for it.

        `is_broad`: only the rules that name a whole kind of file (`**/*.yml`) and then ask for its content.
        """
        found = Findings(path, role, self.keys)
        self._files.match(path, content, found, is_broad=is_broad)
        return found.sorted()

    def match_keys(self, path: str, role: Role, content: bytes) -> list[Evidence]:
        """The credentials of providers in a text that is not parsed."""
        found = Findings(path, role, self.keys)
        if not self.keys.may_hold(content):
            return []
        for number, line in enumerate(content.decode("utf-8", "replace").split("\n"), 1):
            key_found = self.keys.find(line[:2000])
            if key_found is not None:
                found.add_key(*key_found, number, 1)
        return found.sorted()

    # -- imports ------------------------------------------------------------------------------------------------------

    def _index(self, family: str) -> RootIndex[Signature]:
        return self.roots.get(family, self._no_roots)

    def _match_imports(self, unit: Unit, found: Findings) -> dict[str, Signature]:
        """Facts of import rules; gives the signatures whose whole namespace is open in this file, by id."""
        index = self._index(unit.language)
        opened: dict[str, Signature] = {}
        for entry in unit.imports:
            if entry.path.startswith("."):
                continue
            if entry.is_used and not entry.is_type_only:
                for signature in self._habits.get(unit.language, self._no_roots).find(entry.path):
                    self._emit_rules(entry, signature, unit, found)
            for signature in index.find(entry.path):
                if entry.name == "*" or unit.language in OPEN_FAMILIES:
                    opened[signature.id] = signature
                if entry.is_used and not entry.is_type_only:
                    self._emit_imports(entry, signature, unit, found)
        return opened

    def _emit_imports(self, entry: Import, signature: Signature, unit: Unit, found: Findings) -> None:
        found.note_import(signature, entry)
        self._emit_rules(entry, signature, unit, found)

    @staticmethod
    def _emit_rules(entry: Import, signature: Signature, unit: Unit, found: Findings) -> None:
        for rule in signature.rules:
            if rule.on is Anchor.IMPORT and _speaks(rule, unit.language):
                if any(matches_tail(entry.path, tail) or tail == "." for tail in rule.match):
                    found.add_rule(signature, rule, entry.line, entry.column)

    # -- calls --------------------------------------------------------------------------------------------------------

    def _match_calls(self, unit: Unit, opened: dict[str, Signature], found: Findings) -> None:
        index = self._index(unit.language)
        is_open = unit.language in OPEN_FAMILIES
        for call in unit.calls:
            owners: Iterable[Signature] = ()
            if (call.is_resolved or is_open) and not call.callee.startswith("."):
                owners = index.find(call.callee)
            extra = [s for s in opened.values() if s not in owners] if not call.is_resolved or is_open else []
            for signature in owners:
                self._match_call(call, signature, unit, found, is_owned=True)
            if not owners and (maker := _MADE_HERE.search(call.callee)) is not None:
                for signature in self._made_here.get((maker[1] or maker[2]).lower(), ()):
                    self._match_call(call, signature, unit, found, is_owned=False)
            for signature in extra:
                self._match_call(call, signature, unit, found, is_owned=False)
            if owners or call.is_resolved:
                self._match_habits(call, unit, found)

        for name, provider in self._rebased(unit, index).items():
            found.rebase(name, provider)

    def _match_habits(self, call: Call, unit: Unit, found: Findings) -> None:
        """What pages of practices say of a call. They speak beside the page that owns the module, never instead of it."""
        for signature in self._habits.get(unit.language, self._no_roots).find(call.callee):
            for rule in self._call_rules(signature, unit.language).find(call.callee):
                if arguments_match(rule, call):
                    found.add_rule(signature, rule, call.line, call.column)

    def _rebased(self, unit: Unit, index: RootIndex[Signature]) -> dict[str, str]:
        """Clients of one provider's SDK that this file points at another provider's host, by signature.

        Only where every client of the file is pointed away; else both providers are called.
        """
        seen: dict[str, set[str]] = {}
        for call in unit.calls:
            if not call.callee.endswith(_CLIENTS):
                continue
            for signature in index.find(call.callee):
                base = call.argument(*BASE_ARGUMENTS)
                hosts = [self.endpoints.find(e) for text in (base.texts if base else ()) for e in endpoints(text)]
                names = {rule.subject or s.provider or s.id for hits in hosts for s, rule in hits[:1] if rule.fact in _SERVED}
                key = call.argument("api_key", "apiKey", "openai_api_key")
                if not names and base is not None and key is not None and any(text.lower() in NO_KEYS for text in key.texts):
                    names = {"openai_compatible"}
                seen.setdefault(signature.id, set()).add(names.pop() if len(names) == 1 else "")
        return {name: next(iter(hosts)) for name, hosts in seen.items() if len(hosts) == 1 and "" not in hosts}

    def _match_call(self, call: Call, signature: Signature, unit: Unit, found: Findings, *, is_owned: bool) -> None:
        hit = False
        for rule in self._call_rules(signature, unit.language).find(call.callee):
            if not arguments_match(rule, call):
                continue
            hit = True
            if rule.fact is FactKind.DATASET and self._name_dataset(call, signature, found):
                continue
            if rule.fact is FactKind.TOOL:
                name = tool_name(call)
                found.add_rule(signature, rule, call.line, call.column, value=name, attributes=(("writes", writes(name or "")),))
                continue
            found.add_rule(signature, rule, call.line, call.column, value=_agent_name(call) if rule.fact is FactKind.AGENT else None)
            if rule.fact in MODEL_FACTS:
                self._match_call_models(call, signature, rule, found)
        if is_owned and not hit:
            found.note_use(signature, call)

    def _call_rules(self, signature: Signature, language: str) -> TailIndex[Rule]:
        key = (signature.id, language)
        if key not in self._calls:
            rules = [rule for rule in signature.rules if rule.on is Anchor.CALL and _speaks(rule, language)]
            self._calls[key] = TailIndex((tail, rule) for rule in rules for tail in rule.match)
        return self._calls[key]

    def _name_dataset(self, call: Call, signature: Signature, found: Findings) -> bool:
        """Record the data sets that a loader is given by name; False where it is given none."""
        argument = call.argument("path", "0", "name", "dataset")
        names = [text for text in (argument.texts if argument else ()) if names_dataset(text)]
        for name in names:
            found.add(FactKind.DATASET, signature.id, call.line, signature.id, value=name, column=call.column)
        return bool(names)

    def _match_call_models(self, call: Call, signature: Signature, rule: Rule, found: Findings) -> None:
        """The model ids that a model call is given, whatever they look like."""
        for argument in call.arguments:
            is_named = argument.name in MODEL_ARGUMENTS
            is_first = argument.name is None and argument.position == 0
            if not (is_named or is_first):
                continue
            for text in argument.texts:
                self._emit_model(text, argument, signature, rule, found, is_named=is_named)
            if not argument.texts and argument.symbol and is_named:
                self._emit_symbol(argument, signature, rule, found)

    def _emit_model(
        self, text: str, argument: Argument, signature: Signature, rule: Rule, found: Findings, *, is_named: bool
    ) -> None:
        vendor = self.models.find(text) or self.models.find(text.partition(":")[2])
        if vendor is None and not (is_named and may_name_model(text)):
            return
        found.add(
            FactKind.MODEL,
            (vendor.vendor if vendor else None) or rule.subject or signature.provider or signature.id,
            argument.line,
            signature.id,
            value=text,
            column=argument.column,
            attributes=(("provider", rule.subject or signature.provider or signature.id),),
        )

    def _emit_symbol(self, argument: Argument, signature: Signature, rule: Rule, found: Findings) -> None:
        """Enumerations of an SDK: `openai.GPT4oMini`, `ChatModel.GPT_4_O`."""
        for candidate in constant_spellings((argument.symbol or "").rpartition(".")[2]):
            vendor = self.models.find(candidate)
            if vendor is not None:
                found.add(
                    FactKind.MODEL,
                    vendor.vendor or vendor.id,
                    argument.line,
                    signature.id,
                    value=candidate,
                    column=argument.column,
                    confidence=Confidence.MEDIUM,
                    attributes=(("provider", rule.subject or signature.provider or signature.id),),
                )
                return

    def _match_driven(self, unit: Unit, found: Findings) -> None:
        """Addresses that a library which drives consumer services would open, in a file that imports the library.

        The address often goes to the browser through a variable, a command line or a helper of the file's own;
        what stands in a list may as well be a list of links.
        """
        index = self._index(unit.language)
        drivers = {
            signature.id: signature
            for entry in unit.imports
            if entry.is_used and not entry.is_type_only and not entry.path.startswith(".")
            for signature in index.find(entry.path)
            if signature.category == "consumer-app"
        }
        rules = [(s, rule) for s in drivers.values() for rule in s.rules if rule.fact is FactKind.CONSUMER_SESSION and rule.arguments]
        for text in unit.texts if rules else ():
            if not text.value.startswith(("http://", "https://")) or text.siblings:
                continue
            for signature, rule in rules:
                patterns = [pattern for values in rule.arguments.values() for pattern in values]
                if any("://" in pattern and glob(pattern).fullmatch(text.value) for pattern in patterns):
                    found.add_rule(signature, rule, text.line, text.column, confidence=Confidence.MEDIUM)
                    break

    # -- classes, definitions -----------------------------------------------------------------------------------------

    def _match_classes(self, unit: Unit, found: Findings) -> None:
        index = self._index(unit.language)
        for definition in unit.classes:
            for base in definition.bases:
                for signature in index.find(base):
                    for rule in signature.rules:
                        if rule.on is Anchor.CLASS and _speaks(rule, unit.language):
                            if any(matches_tail(base, tail) for tail in rule.match):
                                found.add_rule(signature, rule, definition.line, definition.column)
        rules = self._rules[Anchor.DEFINITION]
        if rules:
            for name, line, column in [
                *((definition.name, definition.line, definition.column) for definition in unit.classes),
                *((function.value, function.line, function.column) for function in unit.functions),
            ]:
                for signature, rule in rules:
                    if _speaks(rule, unit.language) and any(glob(pattern).fullmatch(name) for pattern in rule.match):
                        found.add_rule(signature, rule, line, column)

    # -- strings ------------------------------------------------------------------------------------------------------

    def _match_text(self, text: Text, unit: Unit, found: Findings) -> None:
        if "://" in text.value and text.callee in _TALK:
            return
        if "://" in text.value and is_prose(text.value):
            self._match_key(text.value, text.key, text.line, text.column, found)
        else:
            self.match_value(
                text.value, text.key, text.line, text.column, found,
                is_listed=is_aside(text), callee=text.callee, is_code=True,
            )  # fmt: skip
        if self._match_env(text.value, text.line, text.column, found):
            return
        if is_vector_sql(text.value):
            found.add(FactKind.VECTOR_STORE, "pgvector", text.line, "pgvector", column=text.column)
        if is_prompt(text.value, text.key, unit.path) and unit.role is not Role.DOCUMENTATION:
            found.add(FactKind.PROMPT, "prompt", text.line, "prompt", value=text.key, column=text.column)
            self._match_secrets(text.value, text.line, found)

    @staticmethod
    def _match_secrets(text: str, line: int, found: Findings) -> None:
        """Credentials in the text of a prompt that begins on `line`."""
        for start, _ in secrets(text)[:1]:
            found.add(FactKind.PRACTICE, SECRET, line + text.count("\n", 0, start), "credential-in-prompt", confidence=Confidence.MEDIUM)

    def match_value(
        self,
        value: str,
        key: str | None,
        line: int,
        column: int,
        found: Findings,
        *,
        is_listed: bool = False,
        callee: str | None = None,
        is_code: bool = False,
    ) -> None:
        """Endpoints, model ids and credentials in one string under one key."""
        if len(value) > 40_000:
            return
        self._match_key(value, key, line, column, found)
        if "/" in value:
            value = _of_arn(value)
        vendor = self.models.find(value)
        if vendor is not None and not is_for_translation(found.path) and names_model(key, callee, is_routed=vendor.vendor is None and vendor.category == "gateway"):
            found.add(FactKind.MODEL, vendor.vendor or vendor.id, line, vendor.id, value=value, column=column)
        for endpoint in endpoints(value):
            if not endpoint.has_scheme and (is_listed or not is_host(endpoint, (key or "").rpartition(".")[2], callee)):
                continue
            for signature, rule in self.endpoints.find(endpoint)[:1]:
                if values_match(rule, value):
                    found.add_rule(
                        signature,
                        rule,
                        line,
                        column,
                        attributes=(("endpoint", endpoint.host), *((("listed", "yes"),) if is_listed else ())),
                        confidence=Confidence.LOW if is_listed and is_code else None,
                    )

    def _match_key(self, value: str, key: str | None, line: int, column: int, found: Findings) -> None:
        key_found = self.keys.find(value)
        if key_found:
            found.add_key(*key_found, line, column, name=key)

    def _match_env(self, name: str, line: int, column: int, found: Findings) -> bool:
        if name not in self._env_known:
            if len(name) > 80 or not name.isascii() or not name[:1].isalpha() or name.upper() != name:
                return False
            self._env_known[name] = self._env.get(name) or next(
                ((s, r) for run, pattern, s, r in self._env_globs if run in name and glob(pattern).fullmatch(name)), None
            )
        hit = self._env_known[name]
        if hit is None:
            return False
        found.add_rule(*hit, line, column, value=name)
        return True

    # -- named things, configuration, infrastructure --------------------------------------------------------------------

    def _match_named(self, unit: Unit, found: Findings) -> None:
        for anchor, entries in (
            (Anchor.IMAGE, unit.images),
            (Anchor.ACTION, unit.actions),
            (Anchor.NODE, unit.nodes),
            (Anchor.COMMAND, unit.commands),
        ):
            for entry in entries:
                self._match_name(anchor, entry, found)

    def _match_name(self, anchor: Anchor, entry: Named, found: Findings) -> None:
        word = _bare_image(entry.value) if anchor is Anchor.IMAGE else entry.value
        if anchor is Anchor.ACTION:
            word = word.partition("@")[0]
        for signature, rule in self._named[anchor].find(word):
            if values_match(rule, entry.value):
                found.add_rule(signature, rule, entry.line, entry.column, value=_tag(entry.value) if anchor is Anchor.IMAGE else None)
                if anchor is Anchor.COMMAND:
                    self._match_command_models(entry, signature, found)

    def _match_command_models(self, entry: Named, signature: Signature, found: Findings) -> None:
        for word in entry.value.split()[:60]:
            plain = word.partition("=")[2] or word
            vendor = self.models.find(plain.strip("\"'"))
            if vendor is not None:
                found.add(FactKind.MODEL, vendor.vendor or vendor.id, entry.line, signature.id, value=plain.strip("\"'"))

    def _match_pairs(self, unit: Unit, found: Findings) -> None:
        is_data = unit.path.lower().endswith((".jsonl", ".ndjson"))
        for pair in unit.pairs:
            key = pair.path.rpartition(".")[2]
            if is_data:
                self._match_key(pair.value, key, pair.line, pair.column, found)
                continue
            if "://" in pair.value and is_prose(pair.value):
                self._match_key(pair.value, key, pair.line, pair.column, found)
            else:
                self.match_value(pair.value, pair.path, pair.line, pair.column, found)
            self._match_env(key, pair.line, pair.column, found)
            for signature, rule in self._config.find(pair.path):
                if values_match(rule, pair.value):
                    found.add_rule(signature, rule, pair.line, pair.column)
            if not pair.path[:1].isdigit() and is_prompt(pair.value, key, unit.path):
                found.add(FactKind.PROMPT, "prompt", pair.line, "prompt", value=key, column=pair.column)
                self._match_secrets(pair.value, pair.line, found)

    def _match_resource(self, resource: Resource, found: Findings) -> None:
        for signature, rule in self._named[Anchor.RESOURCE].find(resource.type):
            if all(pair_matches(resource, name, patterns) for name, patterns in rule.arguments.items()):
                found.add_rule(signature, rule, resource.line, 1, value=resource.name, attributes=(("resource", resource.type),))
                if rule.fact is not FactKind.INFRASTRUCTURE:
                    found.add(FactKind.INFRASTRUCTURE, resource.type, resource.line, signature.id, value=resource.name)
                for pair in resource.pairs:
                    self.match_value(pair.value, pair.path.rpartition(".")[2], pair.line, pair.column, found)

    # -- manifests ----------------------------------------------------------------------------------------------------

    def _match_dependencies(self, unit: Unit, found: Findings) -> None:
        for dependency in unit.dependencies:
            name = _package_name(dependency.ecosystem, dependency.name)
            signature = self.packages.get((dependency.ecosystem, name)) or next(
                (s for ecosystem, pattern, s in self._package_globs if ecosystem == dependency.ecosystem and name.startswith(pattern.partition("*")[0]) and glob(pattern).fullmatch(name)),
                None,
            )
            for habit, rule in self._versions:
                if dependency.version and name in rule.match and values_match(rule, dependency.version):
                    found.add_rule(habit, rule, dependency.line, 1)
            if signature is None:
                continue
            found.add(
                FactKind.DEPENDENCY,
                signature.id,
                dependency.line,
                signature.id,
                value=f"{dependency.name}@{dependency.version}" if dependency.version else dependency.name,
                attributes=tuple(
                    sorted(
                        (("ecosystem", dependency.ecosystem), ("name", dependency.name))
                        + ((("development", "yes"),) if dependency.is_development else ())
                        + ((("locked", "yes"),) if dependency.is_locked else ())
                    )
                ),
            )
            for rule in signature.rules:
                if rule.on is Anchor.DEPENDENCY and any(glob(p).fullmatch(dependency.name) for p in rule.match):
                    found.add_rule(signature, rule, dependency.line, 1)


_TALK = frozenset({"print", "console.log", "logger.info", "log.info", "st.markdown", "st.write", "click.echo"})


_MADE_HERE_IDS = {
    "bedrock": ("amazon-bedrock-general-sdk", "amazon-bedrock"), "kendra": ("amazon-kendra",), "openai": ("openai",), "anthropic": ("anthropic",),
}
_MADE_HERE = re.compile(
    r"(?:^|\.)(?:_?(?:get|make|create|build|init)_\w*(bedrock|kendra|openai|anthropic)\w*|\w*?(bedrock|kendra|openai|anthropic)\w*client)\.[\w.]*[a-z]\w*$"
)
"""A client whose maker, in another file of the tree, names the service: `get_bedrock_client().converse`."""


def _by_family(signatures: Sequence[Signature]) -> dict[str, RootIndex[Signature]]:
    families = {family for signature in signatures for family in signature.imports}
    return {family: RootIndex((root, s) for s in signatures for root in s.imports.get(family, ())) for family in families}


def _speaks(rule: Rule, language: str) -> bool:
    return not rule.languages or language in rule.languages


def _agent_name(call: Call) -> str | None:
    """What an agent is called where it is made."""
    named = call.argument("name", "agent_name", "agentName", "role")
    name = named.texts[0] if named is not None and named.texts else None
    return name if name is not None and len(name) <= MAX_NAME_CHARS and "{}" not in name else None


def _of_arn(value: str) -> str:
    """The model of an ARN that is put together from variables: `arn:…:${region}::foundation-model/anthropic.claude-v2`."""
    for kind in ("foundation-model/", "inference-profile/"):
        head, found, model = value.partition(kind)
        if found and head.startswith("arn:") and "$" in head:
            return model
    return value


def _package_name(ecosystem: str, name: str) -> str:
    return re.sub(r"[-_.]+", "-", name.lower()) if ecosystem == "pypi" and "*" not in name else name.lower()


def _bare_image(image: str) -> str:
    name = image.partition("@")[0]
    head, slash, last = name.rpartition("/")
    bare = head + slash + last.partition(":")[0]
    for registry in ("docker.io/library/", "docker.io/", "index.docker.io/"):
        bare = bare.removeprefix(registry)
    return bare


def _tag(image: str) -> str | None:
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2] or None
