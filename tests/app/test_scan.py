"""Laws of a whole scan, on small trees."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentascope.app.scan import collect_tree, result, scan
from pentascope.catalogue.load import load
from pentascope.collectors.source.collector import collect
from pentascope.collectors.source.directory import DirectoryTree
from pentascope.collectors.source.prefilter import Prefilter
from pentascope.engine.match import Matcher
from pentascope.model.evidence import FactKind, SkipReason
from pentascope.report.formats import json

OPENAI = 'from openai import OpenAI\n\nclient = OpenAI()\nclient.chat.completions.create(model="gpt-4o", messages=[])\n'
FILES = {
    "app/bot.py": OPENAI,
    "app/search.py": "import chromadb\n\nstore = chromadb.Client().get_collection('a')\nstore.query(query_texts=['a'])\n",
    "requirements.txt": "openai==1.0\nchromadb\n",
    "main.tf": 'resource "aws_bedrock_guardrail" "main" {\n  name = "a"\n}\n',
    "web/chat.ts": 'import Anthropic from "@anthropic-ai/sdk";\nconst a = new Anthropic();\nawait a.messages.create({ model: "claude-sonnet-4-5" });\n',
    "web/package.json": '{"dependencies": {"@anthropic-ai/sdk": "1"}}\n',
    "CLAUDE.md": "# Rules\nBe brief.\n",
    "plain.py": "print('hello')\n",
    "tune.py": "from peft import LoraConfig, get_peft_model\nfrom transformers import AutoModelForCausalLM, Trainer\n\n"
    "model = get_peft_model(AutoModelForCausalLM.from_pretrained('a/b'), LoraConfig())\nTrainer(model=model).train()\n",
}
SOME = st.sets(st.sampled_from(sorted(FILES)))


def grow(root: Path, paths: set[str], **more: str) -> Path:
    for path, text in {**{path: FILES[path] for path in sorted(paths)}, **more}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One cache of compiled prefilters for all scans of this module."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def shared_cache(monkeypatch: pytest.MonkeyPatch, warm: Path, scrubbed_environment: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(warm))


LAW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(paths=SOME)
@LAW
def test_scanning_twice_gives_the_same_bytes(tmp_path_factory: pytest.TempPathFactory, paths: set[str]) -> None:
    root = grow(tmp_path_factory.mktemp("tree"), paths)

    cold, warm, again = (json.render(scan(root, jobs=1, use_cache=use_cache)) for use_cache in (True, True, False))

    assert cold == warm == again


@given(paths=SOME, chance=st.randoms(use_true_random=False))
@LAW
def test_order_of_files_does_not_matter(tmp_path_factory: pytest.TempPathFactory, paths: set[str], chance: random.Random) -> None:
    tree = DirectoryTree(grow(tmp_path_factory.mktemp("tree"), paths))
    usual = result(tree, load(), collect_tree(tree, load(), jobs=1, use_cache=False))

    chance.shuffle(tree.files)
    shuffled = result(tree, load(), collect_tree(tree, load(), jobs=1, use_cache=False))

    assert shuffled.evidence == usual.evidence
    assert (shuffled.summary, shuffled.systems) == (usual.summary, usual.systems)


@given(paths=SOME)
@LAW
def test_adding_a_test_never_adds_a_scope(tmp_path_factory: pytest.TempPathFactory, paths: set[str]) -> None:
    root = grow(tmp_path_factory.mktemp("tree"), paths)
    before = scan(root, jobs=1, use_cache=False)

    grow(root, set(), **{"tests/test_bot.py": OPENAI, "tests/test_tune.py": FILES["tune.py"], "web/chat.test.ts": FILES["web/chat.ts"]})
    after = scan(root, jobs=1, use_cache=False)

    assert after.summary.scopes == before.summary.scopes


@given(paths=SOME)
@LAW
def test_everything_that_is_concluded_cites_evidence_that_stands_there(tmp_path_factory: pytest.TempPathFactory, paths: set[str]) -> None:
    root = grow(tmp_path_factory.mktemp("tree"), paths)

    found = scan(root, jobs=1, use_cache=False)

    known = {entry.id for entry in found.evidence}
    for system in found.systems:
        cited = [*system.scopes, *system.components, *system.modifiers, *([system.agentic] if system.agentic else [])]
        assert all(one.evidence and set(one.evidence) <= known for one in cited)
    for entry in found.evidence:
        words = (root / entry.path).read_text(encoding="utf-8").splitlines()[entry.line - 1]
        assert entry.excerpt == words.strip()


@given(paths=SOME, more=SOME)
@LAW
def test_adding_files_never_takes_a_scope_away(tmp_path_factory: pytest.TempPathFactory, paths: set[str], more: set[str]) -> None:
    root = grow(tmp_path_factory.mktemp("tree"), paths - {"tune.py"})
    before = scan(root, jobs=1, use_cache=False)

    after = scan(grow(root, more), jobs=1, use_cache=False)

    assert set(before.summary.scopes) <= set(after.summary.scopes)


def test_scan_of_everything_is_in_its_scopes(tmp_path: Path) -> None:
    found = scan(grow(tmp_path, set(FILES)), jobs=1, use_cache=False)

    assert (found.summary.scopes, found.summary.assistants, found.summary.finetune_methods) == ((2, 3, 4), ("claude_code",), ("lora",))
    assert set(found.summary.providers) >= {"openai", "anthropic"}
    assert (found.summary.has_guardrails, found.summary.has_rag, found.summary.rag_stores) == (True, True, ("chroma",))


def test_local_module_with_a_library_name_is_not_that_library(tmp_path: Path) -> None:
    root = grow(tmp_path, {"app/bot.py"}, **{"app/openai.py": "class OpenAI: ...\n"})

    assert scan(root, jobs=1, use_cache=False).summary.scopes == ()


def test_coverage_counts_what_was_read_and_names_what_was_not(tmp_path: Path) -> None:
    root = grow(tmp_path, {"app/bot.py", "plain.py"})
    (root / "huge.py").write_bytes(b"#" * 3_000_000)
    (root / "a.png").write_bytes(b"\x89PNG\0")

    found = scan(root, jobs=1, use_cache=False)

    assert (found.coverage.files_seen, found.coverage.files_parsed, dict(found.coverage.languages)) == (4, 1, {"python": 2})
    assert [(one.path, one.reason) for one in found.coverage.skipped] == [("huge.py", SkipReason.TOO_LARGE)]
    assert [gap.subject for gap in found.gaps] == ["unread-files"]


def test_collect_tells_its_progress_to_the_end(tmp_path: Path) -> None:
    tree = DirectoryTree(grow(tmp_path, set(FILES)))
    prefilter = Prefilter(load().signatures, version="test")
    told: list[tuple[int, int]] = []

    collected = collect(tree, Matcher(load().signatures, prefilter), prefilter, jobs=1, progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (len(FILES), len(FILES))
    assert collected.paths == tuple(sorted(FILES))
    assert {e.kind for e in collected.evidence} >= {FactKind.INFERENCE, FactKind.DEPENDENCY, FactKind.ASSISTANT}


def test_workers_give_what_one_process_gives(tmp_path: Path) -> None:
    root = grow(tmp_path, set(FILES), **{f"many/{number}.py": OPENAI if number % 9 == 0 else "x = 1\n" for number in range(500)})

    alone, together = (scan(root, jobs=jobs, use_cache=False) for jobs in (1, 2))

    assert alone == together
