"""Classes named after providers count among adapters of providers that are called, and nowhere else."""

from __future__ import annotations

import pytest
from tests.engine.samples import line, page

from pentascope.engine.adapters import joined, makers, named
from pentascope.engine.hosts import is_host, is_setting
from pentascope.engine.texts import endpoints
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.unit import ClassDef, Unit

KNOWN = makers([page(name) for name in ("openai", "anthropic", "cohere", "ollama", "hugging_face", "writer")])


def hints(*names: str, folder: str = "llm/endpoints", role: Role = Role.PRODUCTION, bases: tuple[str, ...] = ("Base",)) -> list[Evidence]:
    found = []
    for name in names:
        classes = [ClassDef(name=name, bases=bases, line=7)]
        found += named(Unit(path=f"{folder}/{name.lower()}.rb", language="ruby", role=role, classes=classes), KNOWN)
    return found


def called(*names: str) -> list[Evidence]:
    return [line(FactKind.INFERENCE, name, "config/llm.rb", number) for number, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    ("name", "provider"),
    [("Ollama", "ollama"), ("OllamaProvider", "ollama"), ("HuggingFace", "hugging_face"), ("Hugging_Face_Client", "hugging_face"), ("OpenAiChatModel", "openai")],
)
def test_class_is_told_by_the_name_of_its_provider(name: str, provider: str) -> None:
    assert [(hint.subject, hint.confidence, hint.line) for hint in hints(name)] == [(provider, Confidence.LOW, 7)]


def test_everyday_names_and_classes_without_a_base_are_no_hint() -> None:
    assert hints("Writer", "OllamaDialog", "Provider") == []
    assert hints("Ollama", bases=()) == []


def test_adapter_among_three_that_are_called_is_likely() -> None:
    calls = called("openai", "anthropic", "cohere")

    found = joined([*calls, *hints("OpenAi", "Anthropic", "Cohere", "Ollama")])

    assert found[:3] == calls
    assert [(entry.subject, entry.confidence, entry.path) for entry in found[3:]] == [("ollama", Confidence.MEDIUM, "llm/endpoints/ollama.rb")]


def test_adapter_among_two_that_are_called_is_not_told() -> None:
    calls = called("openai", "anthropic")

    assert joined([*calls, *hints("OpenAi", "Anthropic", "Cohere", "Ollama")]) == calls


def test_class_in_another_folder_is_not_told() -> None:
    calls = called("openai", "anthropic", "cohere")

    assert joined([*calls, *hints("OpenAi", "Anthropic", "Cohere"), *hints("Ollama", folder="games")]) == calls


@pytest.mark.parametrize(("key", "expected"), [("customOpenAiApiUrl", True), ("openai_api_base", True), ("url", False), ("baseUrl", False), ("a.homepage", False)])
def test_setting_names_one_service(key: str, *, expected: bool) -> None:
    assert is_setting(key) is expected


@pytest.mark.parametrize(("host", "expected"), [("bedrock-runtime.{region}.amazonaws.com", True), ("api.openai.com", False)])
def test_host_with_a_hole_is_put_together_to_be_called(host: str, *, expected: bool) -> None:
    assert is_host(endpoints(host)[0], None, "format") is expected
