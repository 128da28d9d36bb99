"""Model protocols over raw HTTP, and the routes that only resemble them."""

import pytest

from pentascope.engine.wire import wire_calls
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role
from pentascope.model.unit import Text, Unit


def found(line: str, value: str, *, path: str = "ask.py", role: Role = Role.PRODUCTION, before: tuple[Evidence, ...] = ()) -> list[str]:
    lines = ["", line, 'body = {"messages": messages, "temperature": 0}']
    unit = Unit(path=path, language="python", role=role, texts=[Text(value=value, line=2)])
    return [entry.subject for entry in wire_calls(unit, lines, before)]


@pytest.mark.parametrize(
    ("line", "value", "subject"),
    [
        ('requests.post(f"{base}/v1/chat/completions", json=body)', "{}/v1/chat/completions", "openai_compatible"),
        ('url = base + "/chat/completions"', "/chat/completions", "openai_compatible"),
        ('post(f"{base}/v1beta/models/{model}:generateContent")', "{}/v1beta/models/{}:generateContent", "google_gemini"),
        ('post(f"{base}/openai/deployments/{name}/chat/completions?api-version=1")', "{}/openai/deployments/{}/chat/completions?api-version=1", "azure_openai"),
        ('post(f"{ollama}/api/chat")', "{}/api/chat", "ollama"),
        ('post(f"{anthropic}/v1/messages")', "{}/v1/messages", "anthropic"),
        ('post(f"{flowise_url}/api/v1/prediction/{flow}")', "{}/api/v1/prediction/{}", "flowise"),
    ],
)
def test_path_on_an_unknown_host_is_inference(line: str, value: str, subject: str) -> None:
    assert found(line, value) == [subject]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('@app.post("/v1/chat/completions")', "/v1/chat/completions"),
        ('http.HandleFunc("/v1/chat/completions", chat)', "/v1/chat/completions"),
        ('router.POST("/v1/chat/completions", chat)', "/v1/chat/completions"),
        ('@PostMapping("/v1/chat/completions")', "/v1/chat/completions"),
        ('fetch("/api/chat", body)', "/api/chat"),
        ('url = f"{base}/v1/messages"', "{}/v1/messages"),
        ('docs = "see /v1/chat/completions for more"', "see /v1/chat/completions for more"),
    ],
)
def test_routes_and_paths_of_others_say_nothing(line: str, value: str) -> None:
    assert found(line, value) == []


def test_tests_say_nothing() -> None:
    assert found('url = base + "/chat/completions"', "/chat/completions", role=Role.TEST) == []


def test_known_host_is_not_told_twice() -> None:
    known = Evidence(kind=FactKind.INFERENCE, subject="openai", path="ask.py", line=9, signature="openai", confidence=Confidence.HIGH)

    assert found('url = base + "/chat/completions"', "/chat/completions", before=(known,)) == []


def test_credential_names_the_provider() -> None:
    key = Evidence(kind=FactKind.CREDENTIAL_NAME, subject="openai", path="ask.py", line=9, signature="openai")

    assert found('url = base + "/chat/completions"', "/chat/completions", before=(key,)) == ["openai"]


def test_server_in_the_path_names_the_provider() -> None:
    assert found('url = base + "/chat/completions"', "/chat/completions", path="endpoints/vllm.rb") == ["vllm"]


def test_no_body_no_call() -> None:
    unit = Unit(path="ask.py", language="python", texts=[Text(value="{}/chat/completions", line=1)])

    assert wire_calls(unit, ['url = f"{base}/chat/completions"'], []) == []
