from __future__ import annotations

import pytest
from tests.engine.samples import line

from pentascope.engine.inventory import components, modifiers, retrieval, system_roots, systems
from pentascope.model.evidence import Confidence, FactKind, Role
from pentascope.model.scoping import Modifier, ModifierFinding, Scope

API = line(FactKind.INFERENCE, "bedrock", "api/app.py", 3, anchor="call")
MODEL = line(FactKind.MODEL, "anthropic", "api/app.py", 4, value="claude-sonnet", provider="bedrock")
STORE = line(FactKind.VECTOR_STORE, "chroma", "api/store.py", 2, anchor="call")
TUNING = line(FactKind.TUNING, "lora", "tuning/run.py", 5, anchor="call")
ASSISTANT = line(FactKind.ASSISTANT, "claude_code", "api/CLAUDE.md", 1, anchor="file")
PATHS = ["api/pyproject.toml", "api/app.py", "tuning/requirements.txt", "tuning/run.py", "web/App.csproj", "docs/a.md"]


def test_roots_are_folders_with_a_manifest() -> None:
    assert system_roots(PATHS) == {"", "api", "tuning", "web"}


def test_systems_are_split_by_root_and_assistants_belong_to_the_whole() -> None:
    found = systems([API, MODEL, TUNING, ASSISTANT], PATHS, "shop")

    assert [(one.name, one.root, [int(s.scope) for s in one.scopes]) for one in found] == [
        ("shop", ".", [2]), ("api", "api", [3]), ("tuning", "tuning", [4]),
    ]  # fmt: skip
    assert [one.headline for one in found] == [Scope.ENTERPRISE_APP, Scope.PRETRAINED_MODEL, Scope.FINE_TUNED_MODEL]


def test_tree_without_use_has_no_system() -> None:
    assert systems([line(FactKind.DEPENDENCY), line(FactKind.INFERENCE, role=Role.TEST)], PATHS, "shop") == ()


def test_identity_of_a_system_is_its_root() -> None:
    first, second = systems([API], PATHS, "shop"), systems([API, STORE], PATHS, "renamed")

    assert [one.id for one in first] == [one.id for one in second]


def test_component_joins_lines_of_one_provider_with_its_models() -> None:
    again = line(FactKind.INFERENCE, "bedrock", "api/other.py", 8, anchor="call")

    (found,) = components([API, again, MODEL], {Scope.PRETRAINED_MODEL})

    assert (found.kind, found.name, found.scope, found.provider) == ("model-client", "bedrock", Scope.PRETRAINED_MODEL, "bedrock")
    assert (found.vendors, found.models, found.evidence) == (("anthropic",), ("claude-sonnet",), (API.id, again.id))


def test_component_needs_its_scope() -> None:
    assert list(components([API], {Scope.ENTERPRISE_APP})) == []


@pytest.mark.parametrize(
    ("kind", "modifier"),
    [
        (FactKind.AGENT, Modifier.AGENTS),
        (FactKind.TOOL, Modifier.AGENTS),
        (FactKind.MCP_SERVER, Modifier.MCP),
        (FactKind.MCP_CLIENT, Modifier.MCP),
        (FactKind.SERVING, Modifier.SELF_HOSTED),
        (FactKind.EMBEDDING, Modifier.EMBEDDINGS),
        (FactKind.TUNING, Modifier.TUNING_DATA),
        (FactKind.TRAINING, Modifier.TRAINING_DATA),
    ],
)
def test_modifier_is_shown_by_its_evidence(kind: FactKind, modifier: Modifier) -> None:
    shown = line(kind)

    assert list(modifiers([shown, line(kind, path="b.py", confidence=Confidence.LOW)])) == [
        ModifierFinding(modifier=modifier, evidence=(shown.id,))
    ]


def test_retrieval_needs_generation_beside_it() -> None:
    assert (retrieval([STORE]), retrieval([STORE, API])) == ([], [STORE])


def test_store_that_is_only_installed_is_not_retrieval() -> None:
    assert retrieval([line(FactKind.VECTOR_STORE, "chroma", anchor="image"), API]) == []
