from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pentascope.engine.patterns import GlobIndex, RootIndex, TailIndex, glob, longest_run, matches_tail, path_glob, prefixes, split_root

WORDS = st.text(alphabet="ab.*", max_size=8)


@pytest.mark.parametrize(
    ("pattern", "text", "is_matched"),
    [
        ("gpt-*", "gpt-4o", True),
        ("gpt-*", "a gpt-4o", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("*", "two\nlines", True),
    ],
)
def test_glob_matches_the_whole_text(pattern: str, text: str, is_matched: bool) -> None:
    assert (glob(pattern).fullmatch(text) is not None) is is_matched


@pytest.mark.parametrize(
    ("pattern", "path", "is_matched"),
    [
        ("**/CLAUDE.md", "CLAUDE.md", True),
        ("**/CLAUDE.md", "a/b/CLAUDE.md", True),
        ("**/CLAUDE.md", "NOT_CLAUDE.md", False),
        (".cursor/**", ".cursor/rules/a.mdc", True),
        ("*.md", "a/b.md", False),
        (".github/*.yml", ".github/workflows/a.yml", False),
    ],
)
def test_path_glob_keeps_a_star_inside_one_folder(pattern: str, path: str, is_matched: bool) -> None:
    assert (path_glob(pattern).fullmatch(path) is not None) is is_matched


def test_longest_run_is_in_every_path_that_matches() -> None:
    assert [longest_run(one) for one in ("**/CLAUDE.md", ".cursor/**", "**/*.safetensors")] == ["CLAUDE.md", ".cursor/", ".safetensors"]


@pytest.mark.parametrize(
    ("callee", "tail", "is_matched"),
    [
        ("openai.OpenAI.chat.completions.create", "chat.completions.create", True),
        ("openai.OpenAI.mychat.completions.create", "chat.completions.create", False),
        ("a.LlamaForCausalLM.from_pretrained", "*ForCausalLM.from_pretrained", True),
        ("@ai-sdk/openai", "openai", True),
    ],
)
def test_matches_tail_cuts_at_components(callee: str, tail: str, is_matched: bool) -> None:
    assert matches_tail(callee, tail) is is_matched


def test_prefixes_go_from_long_to_short() -> None:
    assert list(prefixes("a.b/c")) == [("a.b/c", ""), ("a.b", "c"), ("a", "b/c")]


@pytest.mark.parametrize(
    ("pattern", "root"),
    [
        ("openai", ("openai", None)),
        ("openai:AzureOpenAI", ("openai", "AzureOpenAI")),
        ("Aws::BedrockRuntime", ("Aws.BedrockRuntime", None)),
        ("package:langchain/langchain.dart", ("package:langchain/langchain.dart", None)),
    ],
)
def test_split_root(pattern: str, root: tuple[str, str | None]) -> None:
    assert split_root(pattern) == root


def test_root_index_prefers_the_symbol_to_the_whole_module() -> None:
    index = RootIndex([("openai", "OpenAI"), ("openai:Azure*", "Azure"), ("openai.types", "types")])

    assert [index.find(path) for path in ("openai.OpenAI", "openai.AzureOpenAI.chat", "openai.types.chat", "openaix.OpenAI")] == [
        ("OpenAI",), ("Azure",), ("types", "OpenAI"), (),
    ]  # fmt: skip


@given(pattern=WORDS.filter(bool), text=WORDS)
def test_glob_index_finds_what_the_glob_matches(pattern: str, text: str) -> None:
    index = GlobIndex([(pattern, "found")], separators=".")

    assert index.find(text) == (("found",) if glob(pattern).fullmatch(text) else ())


@given(tail=st.text(alphabet="ab.", min_size=1, max_size=5).map(lambda text: text.strip(".") or "a"), callee=WORDS)
def test_tail_index_finds_what_ends_in_the_tail(tail: str, callee: str) -> None:
    index = TailIndex([(tail, "found")])

    assert index.find(callee) == (("found",) if matches_tail(callee, tail) else ())
