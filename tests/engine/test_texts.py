from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.samples import page, rule

from pentascope.engine.texts import Endpoint, EndpointTable, KeyTable, ModelTable, endpoints, is_placeholder, is_prompt, redacted
from pentascope.model.signature import Anchor

KEY = "sk-ant-api03-Qm7Zx2LpK9vR4tYw8NcB1dFg"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://API.openai.com/v1/chat?x=1", [Endpoint("api.openai.com", "/v1/chat", True)]),
        ("wss://user:secret@api.openai.com", [Endpoint("api.openai.com", "", True)]),
        ("api.openai.com", [Endpoint("api.openai.com", "", False)]),
        ("localhost:11434/api", [Endpoint("localhost", "/api", False)]),
        ("two https://a.example/x and http://b.example", [Endpoint("a.example", "/x", True), Endpoint("b.example", "", True)]),
        ("see api.openai.com for more", []),
        ("file:///etc/passwd", []),
        ("", []),
    ],
)
def test_endpoints_are_urls_or_a_whole_host(text: str, found: list[Endpoint]) -> None:
    assert endpoints(text) == found


@given(st.text(max_size=300))
def test_endpoints_never_fail(text: str) -> None:
    assert len(endpoints(text)) <= 8


def test_endpoint_table_prefers_the_longest_path() -> None:
    wide = page("wide", rule(Anchor.ENDPOINT, "api.example"))
    narrow = page("narrow", rule(Anchor.ENDPOINT, "api.example/v1/images"), rule(Anchor.ENDPOINT, "*.cloud.example"))
    table = EndpointTable([wide, narrow])

    found = {text: [s.id for one in endpoints(text) for s, _ in table.find(one)] for text in (
        "https://api.example/v1/images/edit", "https://api.example/v2", "https://eu.cloud.example:8443/x", "https://cloud.example", "https://xapi.example",
    )}  # fmt: skip

    assert list(found.values()) == [["narrow", "wide"], ["wide"], ["narrow"], [], []]


def test_model_table_gives_the_page_of_the_vendor() -> None:
    gateway = page("router", models=("[a-z]+/gpt-4o",))
    vendor = page("openai", models=("(?:[a-z]+/)?gpt-4o(?:-mini)?",), vendor="openai")
    table = ModelTable([gateway, vendor])

    assert [one.id if (one := table.find(text)) else None for text in ("gpt-4o", "any/gpt-4o", "GPT-4o-mini", "gpt-4o x", "xgpt-4o", "")] == [
        "openai", "openai", "openai", None, None, None,
    ]  # fmt: skip


def test_key_table_finds_and_redacts_but_leaves_placeholders() -> None:
    table = KeyTable([page("anthropic", keys=("sk-ant-[a-z0-9]{2,8}-[A-Za-z0-9_-]{20,}",))])

    assert table.find(f"key = '{KEY}'") is not None
    assert table.find("sk-ant-api03-your-key-goes-here-please") is None
    assert table.find("sk-ant-api03-" + "a" * 40) is None
    assert table.redact(f"key = '{KEY}'") == f"key = '{redacted(KEY)}'"


def test_redacted_key_shows_four_characters_and_the_length() -> None:
    assert redacted(KEY) == f"sk-a…[{len(KEY)} characters redacted]"
    assert not is_placeholder(KEY)


@pytest.mark.parametrize(
    ("text", "key", "is_one"),
    [
        ("You are a helpful assistant that answers questions about orders.", None, True),
        ("Answer the question with the context below, and say so when it does not hold the answer.", "system_prompt", True),
        ("Answer the question with the context below, and say so when it does not hold the answer.", "label", False),
        ("You are about to delete all of your files. Do you want to go on?", "message", False),
        ("You are a bot", None, False),
        ("youarealongstringwithoutanyspacesthatgoesonandonforever", "prompt", False),
    ],
)
def test_prompt_is_told_by_its_beginning_or_its_name(text: str, key: str | None, is_one: bool) -> None:
    assert is_prompt(text, key) is is_one
