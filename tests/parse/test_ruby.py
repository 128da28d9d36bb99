"""Ruby sources read into units."""

from pentascope.collectors.source.parse import ruby
from pentascope.model.unit import Import, Named, Text

SOURCE = b"""require "openai"
require_relative "lib/x"

class Bot < Base::Agent
  def ask(text)
    @client = OpenAI::Client.new(access_token: ENV["OPENAI_API_KEY"])
    @client.chat(parameters: { model: "gpt-4o", messages: [{ role: "user", content: text }] })
  end
end
"""


def test_require_opens_a_library() -> None:
    unit = ruby.parse(SOURCE, "bot.rb")

    assert unit.imports == [Import(path="openai", name="*", line=1), Import(path="./lib/x", name="*", line=2)]


def test_hash_keys_are_arguments() -> None:
    unit = ruby.parse(SOURCE, "bot.rb")

    call = unit.calls[-1]

    assert (call.callee, call.function) == ("OpenAI.Client.chat", "ask")
    assert [(argument.name, argument.texts) for argument in call.arguments] == [
        ("parameters", ()),
        ("model", ("gpt-4o",)),
        ("messages", ()),
        ("role", ("user",)),
        ("content", ()),
    ]


def test_class_environment_and_text_are_read() -> None:
    unit = ruby.parse(SOURCE, "bot.rb")

    assert [(entry.name, entry.bases, entry.methods) for entry in unit.classes] == [("Bot", ("Base.Agent",), ("ask",))]
    assert unit.env == [Named(value="OPENAI_API_KEY", line=6, column=48)]
    assert Text(value="gpt-4o", line=7, column=39, key="model", callee="OpenAI.Client.chat", siblings=2) in unit.texts


def test_here_document_stands_under_the_name_before_it() -> None:
    source = b"""TOOL = {
  script: <<~SCRIPT,
    const a = 1;
    fetch("https://api.openai.com/v1")
  SCRIPT
}
text = <<~TEXT
  See https://api.openai.com/v1
  now
TEXT
"""

    assert [(text.key, text.line) for text in ruby.parse(source, "tool.rb").texts] == [("script", 2), ("text", 7)]
