"""Languages without a grammar read into units."""

import time

import pytest

from pentascope.collectors.source.parse import light
from pentascope.collectors.source.parse.lexicons import LEXICONS
from pentascope.model.unit import Import, Named

HOSTILE = {
    "empty": b"",
    "nul": b"\0" * 1000 + b'x = "a-1"\0\xff\xfe',
    "nested": b"x = " + b"(" * 50_000 + b"1" + b")" * 50_000,
    "one-line": b"a" * 60_000,
    "names": b"a." * 20_000,
    "modules": b"A." * 20_000,
    "quotes": b'"\\' * 20_000,
    "comments": b"/*(*{-#=" * 6_000,
    "aliases": b"alias A.B.{" * 20_000,
    "commands": b"a \n" * 12_000,
    "calls": b"f(k = g(a), " * 20_000,
    "interpolations": b'"#{$(' * 40_000,
}
LIMIT_S = 5

R = b"""library(openai)
# chat_openai("no")
chat <- ellmer::chat_openai(model = "gpt-4o")
"""
ELIXIR = b"""defmodule Bot do
  @moduledoc \"\"\"
  Calls https://api.openai.com/v1 with "gpt-4o"
  \"\"\"
  alias LangChain.ChatModels.{ChatOpenAI, ChatAnthropic}
  def new, do: ChatOpenAI.new!(%{model: "gpt-4o"})
end
"""
POWERSHELL = b"""Import-Module PSOpenAI
<# Request-ChatCompletion -Model "no-1" #>
$r = Request-ChatCompletion -Message "Hi there" `
  -Model "gpt-4o"
$key = $env:OPENAI_API_KEY
"""


def calls(source: bytes, path: str) -> list[tuple[str, bool, list[tuple[str | None, tuple[str, ...]]]]]:
    unit = light.parse(source, path)
    return [(call.callee, call.is_resolved, [(one.name, one.texts) for one in call.arguments if one.texts]) for call in unit.calls]


def test_r_package_is_opened_and_qualified() -> None:
    unit = light.parse(R, "ask.R")

    assert unit.imports == [
        Import(path="openai", name="*", line=1, column=9),
        Import(path="ellmer", name="*", line=3, column=9),
    ]
    assert ("ellmer.chat_openai", True, [("model", ("gpt-4o",))]) in calls(R, "ask.R")
    assert [(text.value, text.key, text.line) for text in unit.texts] == [("gpt-4o", "model", 3)]


def test_elixir_aliases_resolve_and_documentation_is_silent() -> None:
    unit = light.parse(ELIXIR, "lib/bot.ex")

    assert ("LangChain.ChatModels.ChatOpenAI.new!", True, [("model", ("gpt-4o",))]) in calls(ELIXIR, "lib/bot.ex")
    assert [text.value for text in unit.texts] == ["gpt-4o"]


def test_powershell_commands_have_named_arguments() -> None:
    unit = light.parse(POWERSHELL, "ask.ps1")

    assert calls(POWERSHELL, "ask.ps1")[1:] == [
        ("Request-ChatCompletion", False, [("Message", ("Hi there",)), ("Model", ("gpt-4o",))])
    ]
    assert unit.env == [Named(value="OPENAI_API_KEY", line=5, column=8)]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.R", b'# u <- "https://api.openai.com"\n'),
        ("a.ex", b'# u = "https://api.openai.com"\n'),
        ("a.el", b';; "https://api.openai.com"\n(setq c ?\\; d ?\\") ; "https://api.openai.com"\n'),
        ("a.lua", b'--[[ u = "https://api.openai.com" ]]\n-- v = "https://api.openai.com"\n'),
        ("a.jl", b'#= u = "https://api.openai.com" =#\n'),
        ("a.pl", b'=pod\n"https://api.openai.com"\n=cut\n# "https://api.openai.com"\n'),
        ("a.hs", b'{- u = "https://api.openai.com" -}\n-- "https://api.openai.com"\n'),
        ("a.ml", b'(* let u = "https://api.openai.com" *)\n'),
        ("a.clj", b'; (def u "https://api.openai.com")\n'),
        ("a.vb", b"' Dim u = \"https://api.openai.com\"\n"),
        ("a.fs", b'(* let u = "https://api.openai.com" *)\n// "https://api.openai.com"\n'),
        ("a.zig", b'// const u = "https://api.openai.com";\n'),
        ("a.Rmd", b'Prose with "https://api.openai.com".\n'),
    ],
)
def test_comments_and_prose_say_nothing(path, source) -> None:
    assert light.parse(source, path).texts == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("a.R", b'url <- "https://api.openai.com"'),
        ("a.lua", b'local url = "https://api.openai.com"'),
        ("a.jl", b'url = "https://api.openai.com"'),
        ("a.pl", b"my $url = 'https://api.openai.com';"),
        ("a.hs", b'post r { url = "https://api.openai.com" }'),
        ("a.el", b'(post :url "https://api.openai.com")'),
        ("a.clj", b'(post {:url "https://api.openai.com"})'),
        ("a.vb", b'Dim url = "https://api.openai.com"'),
        ("a.fs", b'let url = "https://api.openai.com"'),
        ("a.zig", b'const url = "https://api.openai.com";'),
        ("a.groovy", b'def url = "https://api.openai.com"'),
        ("a.ps1", b"$url = 'https://api.openai.com'"),
        ("a.Rmd", b'```{r}\nurl <- "https://api.openai.com"\n```\n'),
    ],
)
def test_strings_stand_under_their_name(path, source) -> None:
    assert [(text.key, text.value) for text in light.parse(source, path).texts] == [("url", "https://api.openai.com")]


@pytest.mark.parametrize("ending", sorted({lexicon.comment: ending for ending, lexicon in LEXICONS.items()}.values()))
@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_source_ends(ending, kind) -> None:
    started = time.process_time()

    unit = light.parse(HOSTILE[kind], f"hostile{ending}")

    assert unit.path == f"hostile{ending}"
    assert time.process_time() - started < LIMIT_S
