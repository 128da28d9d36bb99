from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.samples import call, imported, keyword, page, rule, told

from pentascope.engine.match import Matcher
from pentascope.model.evidence import Evidence, FactKind, Role
from pentascope.model.signature import Anchor
from pentascope.model.unit import ClassDef, Dependency, Named, Pair, Resource, Text, Unit

OPENAI = page(
    "openai",
    rule(Anchor.CALL, "chat.completions.create", "responses.create"),
    rule(Anchor.CALL, "chat.completions.create", fact=FactKind.AGENT, arguments={"tools": ("*",)}),
    rule(Anchor.CALL, "embeddings.create", fact=FactKind.EMBEDDING),
    rule(Anchor.ENDPOINT, "api.openai.com"),
    rule(Anchor.ENV, "OPENAI_*", fact=FactKind.CREDENTIAL_NAME),
    imports={"python": ("openai",), "ruby": ("OpenAI",)},
    packages={"pypi": ("openai",), "npm": ("openai", "@openai/*")},
    models=("gpt-[a-z0-9.-]+",),
    vendor="openai",
)
AZURE = page("azure_openai", rule(Anchor.ENDPOINT, "*.openai.azure.com"), imports={"python": ("openai:AzureOpenAI",)})
TOOLS = page(
    "tools",
    rule(Anchor.CLASS, "Agent", fact=FactKind.AGENT),
    rule(Anchor.IMAGE, "ollama/ollama", fact=FactKind.SERVING),
    rule(Anchor.RESOURCE, "aws_bedrock*guardrail", fact=FactKind.GUARDRAIL, subject="bedrock_guardrails"),
    rule(Anchor.COMMAND, "ollama run *", fact=FactKind.SERVING),
    rule(Anchor.ACTION, "openai/codex-action", fact=FactKind.ASSISTANT, subject="codex"),
    rule(Anchor.NODE, "n8n-nodes-langchain.*", fact=FactKind.INFERENCE),
    rule(Anchor.CONFIG, "*.llm.provider", fact=FactKind.INFERENCE, values=("openai",)),
    rule(Anchor.DEFINITION, "moderate_*", fact=FactKind.GUARDRAIL),
    rule(Anchor.FILE, "**/AGENTS.md", fact=FactKind.ASSISTANT, subject="agents_md"),
    rule(Anchor.FILE, "**/recipe.yml", fact=FactKind.TUNING, contains="(?m)^base_model:"),
    category="library",
    imports={"python": ("toolbox",)},
)
MATCHER = Matcher([OPENAI, AZURE, TOOLS])
CREATE = "openai.OpenAI.chat.completions.create"


def seen(language: str = "python", path: str = "app.py", role: Role = Role.PRODUCTION, **parts: Any) -> list[Evidence]:
    return MATCHER.match(Unit(path=path, language=language, role=role, **parts))


def test_call_under_an_import_is_an_inference_and_names_its_model() -> None:
    found = seen(calls=[call(CREATE, 4, keyword("model", "gpt-4o", number=5))])

    assert told(found) == [("inference", "openai", None, 4, "high"), ("model", "openai", "gpt-4o", 5, "high")]
    assert found[0] == Evidence(
        kind=FactKind.INFERENCE, subject="openai", path="app.py", line=4, signature="openai", attributes=(("anchor", "call"),)
    )


def test_call_with_tools_is_an_agent_too() -> None:
    found = seen(calls=[call(CREATE, 4, keyword("tools", source="[search]"))])

    assert [row[:2] for row in told(found)] == [("agent", "openai"), ("inference", "openai")]


def test_call_of_own_model_name_keeps_the_name() -> None:
    found = seen(calls=[call(CREATE, 4, keyword("model", "orders-v2"))])

    assert [row[:3] for row in told(found)] == [("inference", "openai", None), ("model", "openai", "orders-v2")] or [
        row[:3] for row in told(found)
    ] == [("model", "openai", "orders-v2"), ("inference", "openai", None)]


@pytest.mark.parametrize(
    "one",
    [
        call(".openai.OpenAI.chat.completions.create"),
        call("openaix.OpenAI.chat.completions.create"),
        call(CREATE, is_resolved=False),
        call("store.chat.completions.create", is_resolved=False),
    ],
)
def test_call_that_is_not_of_the_library_proves_nothing(one: Any) -> None:
    assert seen(calls=[one]) == []


def test_call_in_an_open_language_needs_no_binding() -> None:
    assert told(seen("ruby", calls=[call("OpenAI.Client.chat.completions.create", 2, is_resolved=False)]))[0][:2] == ("inference", "openai")


def test_unknown_call_of_a_model_library_is_a_likely_use_and_an_import_a_weak_one() -> None:
    used = seen(calls=[call("openai.OpenAI.something_new", 3)], imports=[imported("openai.OpenAI", "OpenAI")])
    imported_only = seen(imports=[imported("openai.OpenAI", "OpenAI")])
    unused = seen(imports=[imported("openai.OpenAI", "OpenAI", is_used=False)])
    typed = seen(imports=[imported("openai.OpenAI", "OpenAI", is_type_only=True)])

    assert [row[-1] for row in told(used)] == ["medium"]
    assert [row[-1] for row in told(imported_only)] == ["low"]
    assert (unused, typed) == ([], [])


def test_client_that_is_pointed_elsewhere_calls_that_provider() -> None:
    found = seen(calls=[call("openai.OpenAI", 1, keyword("base_url", "https://me.openai.azure.com/v1")), call(CREATE, 2)])

    assert {e.subject for e in found if e.kind is FactKind.INFERENCE} == {"azure_openai"}


def test_classes_definitions_and_dependencies() -> None:
    found = seen(
        classes=[ClassDef(name="Mine", bases=("toolbox.Agent",), line=3), ClassDef(name="Other", bases=("elsewhere.Agent",), line=4)],
        functions=[Named(value="moderate_input", line=5), Named(value="moderator", line=6)],
        dependencies=[Dependency(ecosystem="npm", name="@openai/agents", line=7, version="1.0", is_development=True)],
    )

    assert told(found) == [
        ("agent", "tools", None, 3, "high"),
        ("guardrail", "tools", None, 5, "high"),
        ("dependency", "openai", "@openai/agents@1.0", 7, "high"),
    ]
    assert found[2].attribute("development") == "yes"


def test_named_things_are_matched_without_tag_and_version() -> None:
    found = seen(
        "config", "compose.yaml",
        images=[Named(value="docker.io/ollama/ollama:0.5@sha256:abc", line=1), Named(value="me/ollama", line=2)],
        actions=[Named(value="openai/codex-action@v1", line=3)],
        commands=[Named(value="ollama run llama3", line=4), Named(value="ollamas run llama3", line=5)],
        nodes=[Named(value="n8n-nodes-langchain.lmChat", line=6)],
    )  # fmt: skip

    assert [(e.kind.value, e.line) for e in found] == [("serving", 1), ("assistant", 3), ("serving", 4), ("inference", 6)]


def test_configuration_is_narrowed_by_its_value() -> None:
    found = seen("config", "a.yml", pairs=[Pair(path="app.llm.provider", value="openai", line=1), Pair(path="app.llm.provider", value="none", line=2)])

    assert [(e.kind.value, e.line) for e in found] == [("inference", 1)]


def test_resource_is_infrastructure_too() -> None:
    found = seen("terraform", "main.tf", resources=[Resource(type="aws_bedrock_guardrail", name="main", line=2)])

    assert told(found) == [("guardrail", "bedrock_guardrails", "main", 2, "high"), ("infrastructure", "aws_bedrock_guardrail", "main", 2, "high")]


def test_hosts_need_a_scheme_or_a_key_that_says_so() -> None:
    found = seen(
        texts=[
            Text(value="https://api.openai.com/v1", line=1),
            Text(value="api.openai.com", line=2, key="host"),
            Text(value="api.openai.com", line=3),
            Text(value="https://api.openai.com/", line=4, siblings=40),
            Text(value="https://api.openai.com/", line=5, siblings=40, key="customOpenAiApiUrl"),
        ]
    )

    assert [(e.line, e.confidence.value) for e in found] == [(1, "high"), (2, "high"), (4, "low"), (5, "high")]


def test_host_that_a_default_is_bound_to_is_an_endpoint() -> None:
    found = seen(texts=[Text(value="api.openai.com", line=1, callee="host"), Text(value="api.openai.com", line=2, callee="ghost")])

    assert [e.line for e in found] == [1]


def test_programme_that_is_kept_as_data_calls_nothing_itself() -> None:
    programme = "const key = 1;\nfetch('https://api.openai.com/v1')\n\n"
    found = seen(texts=[Text(value=programme, line=1, key="script"), Text(value=programme, line=9, key="body")])

    assert [(e.line, e.confidence.value) for e in found] == [(1, "low"), (9, "high")]


def test_names_of_variables_are_matched_whole() -> None:
    found = seen(env=[Named(value="OPENAI_API_KEY", line=1), Named(value="MY_OPENAI_API_KEY", line=2)])

    assert told(found) == [("credential-name", "openai", "OPENAI_API_KEY", 1, "high")]


def test_paths_speak_with_content_where_a_rule_asks_for_it() -> None:
    assert told(MATCHER.match_path("a/AGENTS.md", Role.PRODUCTION, b"Rules.")) == [("assistant", "agents_md", None, 1, "high")]
    assert MATCHER.match_path("a/AGENTS.md", Role.PRODUCTION, b" \n") == []
    assert told(MATCHER.match_path("recipe.yml", Role.PRODUCTION, b"# x\nbase_model: a/b\n")) == [("tuning", "tools", None, 2, "high")]
    assert MATCHER.match_path("recipe.yml", Role.PRODUCTION, b"name: soup\n") == []


def test_role_of_the_file_stands_in_its_evidence() -> None:
    assert {e.role for e in seen(role=Role.TEST, calls=[call(CREATE)])} == {Role.TEST}


CALLS = st.lists(
    st.builds(call, st.sampled_from([CREATE, "openai.OpenAI.embeddings.create", "toolbox.run", "x.y"]), st.integers(1, 9)), max_size=6
)


@given(calls=CALLS)
@settings(max_examples=30)
def test_seeing_a_call_twice_changes_nothing(calls: list[Any]) -> None:
    assert seen(calls=calls + calls) == seen(calls=calls)


@given(calls=CALLS)
@settings(max_examples=30)
def test_order_of_calls_does_not_matter(calls: list[Any]) -> None:
    assert seen(calls=calls[::-1]) == seen(calls=calls)


HABITS = page(
    "habits", rule(Anchor.CALL, "load", fact=FactKind.PRACTICE, subject="bare", without=("safe",)),
    imports={"python": ("openai",)}, category="practice", provider=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [((), ["bare"]), ((keyword("other", "x"),), ["bare"]), ((keyword("safe", "x"),), []), ((keyword(None, source="**more"),), [])],  # type: ignore[arg-type]
)
def test_rule_without_an_argument_needs_to_see_all_of_them(arguments: tuple[Any, ...], wanted: list[str]) -> None:
    unit = Unit(path="app.py", language="python", imports=[imported("openai", "openai")], calls=[call("openai.load", 2, *arguments)])

    found = [e.subject for e in Matcher([HABITS]).match(unit) if e.kind is FactKind.PRACTICE]

    assert found == wanted


def test_practices_speak_beside_the_page_that_owns_a_module() -> None:
    unit = Unit(
        path="app.py", language="python", imports=[imported("openai", "openai")],
        calls=[call("openai.load", 2), call("openai.OpenAI.chat.completions.create", 3)],
    )  # fmt: skip

    found = {(e.kind, e.subject) for e in Matcher([HABITS, OPENAI]).match(unit)}

    assert {(FactKind.PRACTICE, "bare"), (FactKind.INFERENCE, "openai")} <= found
