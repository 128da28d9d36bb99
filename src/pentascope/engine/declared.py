"""What a file declares beside calls: tools with schemas, model constants, recipes, CDK constructs, short prompts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pentascope.engine import recipes
from pentascope.engine.constructs import cloudformation_type
from pentascope.engine.enumerations import constants, spellings
from pentascope.engine.toolschemas import described, writes
from pentascope.model.evidence import Confidence, FactKind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pentascope.engine.findings import Findings
    from pentascope.engine.patterns import GlobIndex
    from pentascope.engine.texts import ModelTable
    from pentascope.model.signature import Rule, Signature
    from pentascope.model.unit import Call, Unit

_SPEAKS_OF_MODELS = frozenset({FactKind.INFERENCE, FactKind.AGENT, FactKind.MODEL, FactKind.EMBEDDING, FactKind.SERVING, FactKind.TOOL})
_SYSTEM_KEY = re.compile(
    r"(?:default_?)?(?:system_?(?:prompt|message|instructions?|content)?|instructions|sys_?prompt|developer_?(?:message|instructions?)|prompt|content)",
    re.IGNORECASE,
)
_SYSTEM_START = re.compile(r"\s{0,20}(?:You are|You're|Act as|Your task|Be |Answer |Summari[sz]e |Translate |Use |Given )")
_MCP_PACKAGE = re.compile(
    r"(?:npm:)?(?:@modelcontextprotocol/server-[\w-]+|(?:@[\w-]+/)?mcp-server-[\w-]+|@[\w-]+/[\w-]*mcp(?:-server)?)(?:@[\w.-]+)?"
)
_PROMPT_CALLS = frozenset(
    """SystemMessage SystemMessage.from SystemMessage.systemMessage PromptTemplate.from PromptTemplate.from_template
    ChatPromptTemplate.from_template SystemMessagePromptTemplate.from_template""".split()
)
_PROMPT_ENDINGS = ("Message", "Message.from", "systemMessage", "PromptTemplate.from", ".from_template")
_PROMPT_DECORATORS = frozenset({"SystemMessage", "UserMessage"})
_COMMAND_KEY = re.compile(r"(?:^|\.)(?:command|args|entrypoint|cmd)(?:\.\d+)?$")
_MODEL_OPTION = re.compile(
    r"--(?:base[_-]?model|model[_-]?(?:id|name(?:[_-]or[_-]path)?|path)?|lora[_-](?:weights|modules|path)|hf[_-]model(?:[_-]id)?|pretrained[_-]model[\w-]{0,30}|adapter)"
    r"(?:=|\s{1,4})[\"']?([A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,95})(?=[\"'\s,]|$)"
)
_DATASET_SETTING = re.compile(rb"""^dataset\s{0,4}=\s{0,4}["']([\w./-]{2,120})["']""", re.MULTILINE)
_START_SETTING = re.compile(rb"""^init_from\s{0,4}=\s{0,4}["']([\w./-]{2,120})["']""", re.MULTILINE)
_RUN_SETTING = re.compile(
    rb"^(max_iters|learning_rate|block_size|batch_size|gradient_accumulation_steps|lr_decay_iters|n_layer|warmup_iters|eval_iters)\s{0,4}=",
    re.MULTILINE,
)
_ONLY_EVALUATES = re.compile(rb"^eval_only\s{0,4}=\s{0,4}True", re.MULTILINE)
_DATASET_URL = re.compile(r"https://huggingface\.co/datasets/([\w.-]{1,96}/[\w.-]{1,96})(?:/|$)")
_VECTOR_EXTENSION = re.compile(r"CREATE EXTENSION (?:IF NOT EXISTS )?[\"']?vector\b")
_NAME_OF_FILE = re.compile(r"(?=[\w.-]{0,100}\d)[\w.-]{9,120}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{1,60}/[A-Za-z0-9][\w.-]{1,95}")
_HUB_ROOTS = (
    "transformers.",
    "peft.",
    "diffusers.",
    "sentence_transformers.",
    "optimum.",
    "auto_gptq.",
    "unsloth.",
    "llama_index.",
    "fastembed.",
)
MIN_RUN_SETTINGS = 3
MIN_PROMPT_CHARS = 20
MIN_PROMPT_SPACES = 3


class Declarations:
    """Reads the declarations of one unit after another."""

    def __init__(
        self, models: ModelTable, resources: GlobIndex[tuple[Signature, Rule]], named: Mapping[str, tuple[str, Signature]]
    ) -> None:
        """`resources`: the rules on resource types; `named`: model id and page of the constants that pages name."""
        self._models = models
        self._resources = resources
        self._named = named

    def read(self, unit: Unit, source: bytes, found: Findings) -> None:
        """Add what `source`, of which `unit` was parsed, declares."""
        if unit.role is Role.DOCUMENTATION:
            return
        self._constructs(unit, found)
        if unit.language in {"config", "python", "javascript"}:
            self._tools(source, found)
        self._options(unit, found)
        if unit.language == "config":
            self._recipe(unit, found)
            self._keys(unit, found)
        else:
            if unit.language == "python":
                self._settings(source, found)
                self._loaded(unit, found)
            self._constants(unit, source, found)
            self._servers(unit, found)
            self._prompts(unit, found)

    def _constants(self, unit: Unit, source: bytes, found: Findings) -> None:
        for constant, line, column in constants(source, unit.language):
            known = self._named.get(constant)
            if known is not None:
                maker = self._models.find(known[0]) or known[1]
                found.add(
                    FactKind.MODEL, maker.vendor or maker.id, line, known[1].id, value=known[0], column=column, confidence=Confidence.MEDIUM
                )
                continue
            for candidate in spellings(constant):
                page = self._models.find(candidate)
                if page is not None:
                    found.add(
                        FactKind.MODEL, page.vendor or page.id, line, page.id, value=candidate, column=column, confidence=Confidence.MEDIUM
                    )
                    break

    def _tools(self, source: bytes, found: Findings) -> None:
        for name, line, column in described(source):
            found.add(
                FactKind.TOOL,
                "tool-schema",
                line,
                "tool-schema",
                value=name,
                column=column,
                confidence=Confidence.MEDIUM,
                attributes=(("writes", writes(name)),),
            )

    def _recipe(self, unit: Unit, found: Findings) -> None:
        for said in recipes.read(unit.path, unit.pairs):
            subject = said.subject
            if said.kind is FactKind.MODEL and said.value is not None:
                page = self._models.find(said.value)
                subject = (page.vendor or page.id) if page is not None else subject
            found.add(said.kind, subject, said.line, "training-recipe", value=said.value, column=said.column)

    def _keys(self, unit: Unit, found: Findings) -> None:
        """Tables of models in JSON: the keys are the ids."""
        if not unit.path.endswith(".json"):
            return
        seen: set[str] = set()
        for pair in unit.pairs:
            key = pair.path.rpartition(".")[0]
            if key in seen or not key or key.isdigit():
                continue
            seen.add(key)
            page = self._models.find(key)
            if page is not None and any(char.isdigit() for char in key):
                found.add(FactKind.MODEL, page.vendor or page.id, pair.line, page.id, value=key, confidence=Confidence.MEDIUM)

    def _options(self, unit: Unit, found: Findings) -> None:
        """`--base_model org/name` in a command."""
        commands = [(entry.value, entry.line) for entry in unit.commands]
        commands += [(pair.value, pair.line) for pair in unit.pairs if "--" in pair.value and _COMMAND_KEY.search(pair.path)]
        for words, line in commands:
            for match in _MODEL_OPTION.finditer(words[:4000]):
                page = self._models.find(match[1])
                found.add(
                    FactKind.MODEL,
                    (page.vendor or page.id) if page else "huggingface",
                    line,
                    "model-option",
                    value=match[1],
                    confidence=Confidence.MEDIUM,
                )

    def _settings(self, source: bytes, found: Findings) -> None:
        """Settings of a training run that are themselves Python: `init_from = "gpt2-xl"`, `dataset = "shakespeare"`."""
        dataset = _DATASET_SETTING.search(source) if b"\ndataset" in source or source.startswith(b"dataset") else None
        starts = _START_SETTING.search(source) if b"init_from" in source else None
        if dataset is None and starts is None:
            return
        trains = {match[1] for match in _RUN_SETTING.finditer(source)}
        if starts is not None and starts[1].startswith(b"gpt2"):
            self._setting(FactKind.MODEL, "openai", starts, source, found)
            if len(trains) >= MIN_RUN_SETTINGS and _ONLY_EVALUATES.search(source) is None:
                self._setting(FactKind.TUNING, "full_sft", starts, source, found)
        if dataset is not None and len(trains) >= MIN_RUN_SETTINGS:
            self._setting(FactKind.DATASET, "dataset", dataset, source, found)
            if starts is None and b"import torch" not in source:
                self._setting(FactKind.TRAINING, "language", dataset, source, found)

    @staticmethod
    def _setting(kind: FactKind, subject: str, match: re.Match[bytes], source: bytes, found: Findings) -> None:
        line = source.count(b"\n", 0, match.start(1)) + 1
        found.add(kind, subject, line, "run-settings", value=match[1].decode("utf-8", "replace"), confidence=Confidence.MEDIUM)

    def _constructs(self, unit: Unit, found: Findings) -> None:
        for call in unit.calls:
            made = cloudformation_type(call.callee)
            if made is None:
                continue
            name = next(
                (text for argument in call.arguments if argument.position == 1 and argument.name is None for text in argument.texts), None
            )
            for signature, rule in self._resources.find(made):
                if not rule.arguments and rule.fact is not FactKind.INFRASTRUCTURE:
                    found.add_rule(signature, rule, call.line, call.column, value=name, attributes=(("resource", made),))
            if (
                made.startswith("AWS::SageMaker::")
                and call.argument("HF_MODEL_ID", "HF_TASK", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN") is not None
            ):
                found.add(
                    FactKind.SERVING,
                    "sagemaker",
                    call.line,
                    "aws-cdk-construct",
                    value=name,
                    column=call.column,
                    confidence=Confidence.MEDIUM,
                )
            found.add(FactKind.INFRASTRUCTURE, made, call.line, "aws-cdk-construct", value=name, column=call.column)

    def _servers(self, unit: Unit, found: Findings) -> None:
        for text in unit.texts:
            if text.value == "knn_vector":
                found.add(
                    FactKind.VECTOR_STORE,
                    "opensearch_serverless",
                    text.line,
                    "opensearch-vector",
                    column=text.column,
                    confidence=Confidence.MEDIUM,
                )
            elif "EXTENSION" in text.value and _VECTOR_EXTENSION.search(text.value):
                found.add(FactKind.VECTOR_STORE, "pgvector", text.line, "pgvector", column=text.column)
            elif text.value.lower().endswith(".gguf") and _NAME_OF_FILE.fullmatch(text.value):
                found.add(
                    FactKind.MODEL,
                    "huggingface",
                    text.line,
                    "weights-file",
                    value=text.value,
                    column=text.column,
                    confidence=Confidence.MEDIUM,
                )
            url = _DATASET_URL.match(text.value)
            if url is not None:
                found.add(FactKind.DATASET, "dataset", text.line, "dataset-url", value=url[1], column=text.column)
            if "mcp" in text.value or "modelcontext" in text.value:
                if _MCP_PACKAGE.fullmatch(text.value):
                    found.add(FactKind.MCP_CLIENT, "mcp", text.line, "mcp-server-package", value=text.value, column=text.column)
        for call in unit.calls:
            if call.is_decorator and call.callee.endswith(".tool") and "mcp" in call.callee.lower():
                name = tool_name(call)
                found.add(
                    FactKind.TOOL,
                    "mcp",
                    call.line,
                    "mcp-tool",
                    value=name,
                    column=call.column,
                    confidence=Confidence.MEDIUM,
                    attributes=(("writes", writes(name or "")),),
                )

    def _loaded(self, unit: Unit, found: Findings) -> None:
        """Repositories of the hub that weights or adapters are loaded from, whoever made them."""
        for call in unit.calls:
            if call.callee.endswith(".from_pretrained") and call.callee.startswith(_HUB_ROOTS):
                for argument in call.arguments:
                    if argument.name in {None, "model_id", "pretrained_model_name_or_path", "model_name"} and argument.position <= 1:
                        for text in argument.texts:
                            if _REPOSITORY.fullmatch(text) and self._models.find(text) is None:
                                found.add(
                                    FactKind.MODEL, "huggingface", argument.line, "huggingface-hub", value=text, column=argument.column
                                )

    def _prompts(self, unit: Unit, found: Findings) -> None:
        """Prompts too short to be told by themselves, where the file speaks of models."""
        for call in unit.calls:
            self._prompt_call(call, found)
        if not found.has(_SPEAKS_OF_MODELS):
            return
        for text in unit.texts:
            if _is_short_prompt(text.value, text.key):
                found.add(FactKind.PROMPT, "prompt", text.line, "prompt", value=text.key, column=text.column, confidence=Confidence.MEDIUM)
        for call in unit.calls:
            for argument in call.arguments:
                if argument.texts and argument.name is not None and argument.name[:1] in "sSiIdD" and _SYSTEM_KEY.fullmatch(argument.name):
                    if any(_is_short_prompt(text, argument.name) for text in argument.texts):
                        found.add(
                            FactKind.PROMPT,
                            "prompt",
                            argument.line,
                            "prompt",
                            value=argument.name,
                            column=argument.column,
                            confidence=Confidence.MEDIUM,
                        )

    def _prompt_call(self, call: Call, found: Findings) -> None:
        if not call.callee.endswith(_PROMPT_ENDINGS):
            return
        tail = ".".join(call.callee.rsplit(".", 2)[-2:])
        last = tail.rpartition(".")[2]
        if not (call.is_decorator and last in _PROMPT_DECORATORS) and tail not in _PROMPT_CALLS and last not in _PROMPT_CALLS:
            return
        if not call.is_resolved or call.callee.startswith("."):
            return
        words = next((text for argument in call.arguments for text in argument.texts if text.count(" ") >= 2), None)
        if words is not None:
            value = call.target if call.target and not call.is_decorator else " ".join(words.split())[:60]
            found.add(FactKind.PROMPT, "prompt", call.line, "prompt", value=value, column=call.column)


def tool_name(call: Call) -> str | None:
    """What a tool is called: the name it is given, what is decorated, or what receives it."""
    given = call.argument("name", "name_or_callable", "toolName")
    if given is not None and given.texts:
        return given.texts[0] if "{" not in given.texts[0] else None
    if call.is_decorator:
        return call.target or (call.function if call.function and not call.function[0].isupper() else None)
    first = call.argument("0")
    if first is not None and first.texts and re.fullmatch(r"[\w.-]{1,64}", first.texts[0]):
        return first.texts[0]
    is_registration = call.callee.rpartition(".")[2].lower() in {"addtool", "registertool", "add_tool", "register_tool", "addtools"}
    return call.target or (None if is_registration else call.function)


def _is_short_prompt(text: str, key: str | None) -> bool:
    if len(text) < MIN_PROMPT_CHARS or text.count(" ") < MIN_PROMPT_SPACES or key is None or not _SYSTEM_KEY.fullmatch(key):
        return False
    return key.lower() not in {"prompt", "content"} or _SYSTEM_START.match(text) is not None
