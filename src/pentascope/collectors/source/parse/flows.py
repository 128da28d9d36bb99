"""Exported low-code flows: n8n, Flowise, Langflow, Dify, Node-RED."""

from __future__ import annotations

import re

from pentascope.model.unit import Named, Pair, Unit

_SHAPES: tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...] = (
    ("n8n", re.compile(r"(?:\d+\.|data\.|workflow\.)?nodes\.\d+\.type"), ("connections.",)),
    ("flowise", re.compile(r"(?:flowData\.)?nodes\.\d+\.data\.name"), (".data.inputAnchors.", ".data.baseClasses.")),
    ("langflow", re.compile(r"(?:\d+\.)?(?:data\.)?nodes\.\d+\.data\.type"), (".data.node.template.",)),
    ("dify", re.compile(r"workflow\.graph\.nodes\.\d+\.data\.type"), ("kind", "app.mode")),
    ("node-red", re.compile(r"\d+\.type"), (".wires.", ".z")),
)
_FLOWISE_NODES = frozenset(
    """chatOpenAI azureChatOpenAI chatAnthropic chatOllama chatMistralAI awsChatBedrock chatGoogleGenerativeAI openAIEmbeddings
    azureOpenAIEmbeddings ollamaEmbedding memoryVectorStore vectorStoreRetriever conversationalRetrievalQAChain retrievalQAChain
    conversationChain llmChain toolAgent bufferMemory recursiveCharacterTextSplitter conversationalAgent retrieverTool""".split()
)
_N8N_TYPE = re.compile(r"(?:@[\w-]+/)?n8n-nodes-[\w-]+(?:\.\w+)+|[@\w/-]+\.\w+")


def kind(pairs: list[Pair]) -> str | None:
    """The tool that exported the file, None when it is no flow."""
    for name, pattern, marks in _SHAPES:
        types = [pair for pair in pairs if pair.path.endswith((".type", ".name")) and pattern.fullmatch(pair.path)]
        if not types or not (_is_marked(pairs, marks) or (name == "flowise" and _is_flowise(types))):
            continue
        if name == "n8n" and not any("n8n" in pair.value for pair in types):
            continue
        return name
    return None


def _is_flowise(types: list[Pair]) -> bool:
    """Whether a flow without the marks of an export is made of Flowise's nodes: two of them are no accident."""
    return len({pair.value for pair in types} & _FLOWISE_NODES) >= 2


def _is_marked(pairs: list[Pair], marks: tuple[str, ...]) -> bool:
    return any(any(mark in pair.path for mark in marks) for pair in pairs)


def read(pairs: list[Pair], unit: Unit) -> bool:
    """Adds the nodes of a flow; says whether the pairs are one."""
    name = kind(pairs)
    if name is None:
        return False
    pattern = next(pattern for shape, pattern, _ in _SHAPES if shape == name)
    unit.language = "flow"
    labels = {pair.path: pair.value for pair in pairs if pair.path.endswith((".name", ".title", ".label"))}
    for pair in pairs:
        if pattern.fullmatch(pair.path):
            head = pair.path.rpartition(".")[0]
            label = labels.get(f"{head}.title") or labels.get(f"{head}.label") or labels.get(f"{head}.name")
            unit.nodes.append(Named(value=pair.value, line=pair.line, column=pair.column, key=label))
        elif name == "dify" and pair.path.endswith(".provider_name"):
            unit.nodes.append(Named(value=pair.value, line=pair.line, column=pair.column))
    return True
