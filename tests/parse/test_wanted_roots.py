"""Only calls under wanted import roots are read when roots are named."""

from pentascope.collectors.source.parse import go, ruby

SOURCE = b"""package m
import (
	"github.com/acme/log"
	openai "github.com/sashabaranov/go-openai"
)
func f() { log.Info("a"); openai.NewClient("b") }
"""


def test_wanted_roots_narrow_the_calls() -> None:
    unit = go.parse(SOURCE, "m.go", frozenset({"github.com/sashabaranov/go-openai:NewClient"}))

    assert [call.callee for call in unit.calls] == ["github.com/sashabaranov/go-openai.NewClient"]


def test_wanted_constant_needs_no_import() -> None:
    unit = ruby.parse(b"Aws::BedrockRuntime::Client.new(a: 1)\nOther.new(a: 1)\n", "m.rb", frozenset({"Aws::BedrockRuntime"}))

    assert [call.callee for call in unit.calls] == ["Aws.BedrockRuntime.Client.new"]
