"""Go sources read into units."""

from pentascope.collectors.source.parse import go
from pentascope.model.unit import Import, Named

CLIENT = b"""package main

import (
	"os"

	openai "github.com/sashabaranov/go-openai"
	"github.com/openai/openai-go/v2"
)

const Model = "gpt-4o-mini"

type Bot struct {
	client *openai.Client
}

func (b *Bot) Ask(text string) error {
	request := openai.ChatCompletionRequest{
		Model:    openai.GPT4o,
		Messages: []openai.ChatCompletionMessage{{Role: "user", Content: text}},
	}
	resp, err := b.client.CreateChatCompletion(ctx, request)
	return err
}

func NewBot() *Bot {
	return &Bot{client: openai.NewClient(os.Getenv("OPENAI_API_KEY"))}
}
"""


def test_imports_give_the_package_its_local_name() -> None:
    unit = go.parse(CLIENT, "bot.go")

    assert unit.imports == [
        Import(path="os", name="os", line=4, column=2),
        Import(path="github.com/sashabaranov/go-openai", name="openai", line=6, column=2),
        Import(path="github.com/openai/openai-go/v2", name="openai", line=7, column=2),
    ]


def test_package_name_drops_versions_and_go_affixes() -> None:
    names = [go.package_name(path) for path in ("a/go-openai", "a/openai-go/v3", "gopkg.in/yaml.v3", "google.golang.org/genai")]

    assert names == ["openai", "openai", "yaml", "genai"]


def test_call_on_a_field_is_resolved_and_knows_the_request_it_is_given() -> None:
    unit = go.parse(CLIENT, "bot.go")

    call = next(call for call in unit.calls if call.callee.endswith("CreateChatCompletion"))
    model = call.argument("Model")

    assert call.callee == "github.com/sashabaranov/go-openai.Client.CreateChatCompletion"
    assert (call.line, call.target, call.function, call.is_resolved) == (21, "resp", "Ask", True)
    assert model is not None
    assert (model.symbol, model.line) == ("github.com/sashabaranov/go-openai.GPT4o", 18)


def test_environment_and_methods_are_read() -> None:
    unit = go.parse(CLIENT, "bot.go")

    assert unit.env == [Named(value="OPENAI_API_KEY", line=26, column=39)]
    assert unit.functions == [
        Named(value="Ask", line=16, column=1, key="Bot"),
        Named(value="NewBot", line=25, column=1),
    ]


def test_struct_tags_are_not_texts() -> None:
    source = b'package m\ntype T struct {\n  A string `json:"max-tokens,omitempty"`\n}\nvar u = "https://api.openai.com/v1"\n'

    unit = go.parse(source, "t.go")

    assert [(text.value, text.key) for text in unit.texts] == [("https://api.openai.com/v1", "u")]
