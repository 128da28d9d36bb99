"""Java sources read into units."""

from pentascope.collectors.source.parse import java
from pentascope.model.unit import Argument, Call, ClassDef, Import, Named

SERVICE = b"""package demo;

import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.service.AiService;
import java.util.*;

@AiService
public class Support extends Base implements Tooling {
    private static final String MODEL = "gpt-4o" + "-mini";
    private final ChatModel chatModel;

    String ask(String question) {
        ChatModel model = OpenAiChatModel.builder()
            .apiKey(System.getenv("OPENAI_API_KEY"))
            .modelName(MODEL)
            .build();
        return chatModel.chat(question);
    }
}
"""


def test_imports_know_whether_they_are_used() -> None:
    unit = java.parse(b"import a.b.Used;\nimport a.b.Idle;\nimport static a.C.d;\nclass X { Used u; }", "X.java")

    assert unit.imports == [
        Import(path="a.b.Used", name="Used", line=1),
        Import(path="a.b.Idle", name="Idle", line=2, is_used=False),
        Import(path="a.C.d", name="d", line=3, is_used=True),
    ]


def test_builder_chain_is_one_call() -> None:
    unit = java.parse(SERVICE, "Support.java")

    builder = [call for call in unit.calls if "OpenAiChatModel" in call.callee]

    assert builder == [
        Call(
            callee="dev.langchain4j.model.openai.OpenAiChatModel.builder",
            line=14,
            column=27,
            arguments=(
                Argument("apiKey", 0, (), "System.getenv", 'System.getenv("OPENAI_API_KEY")', 15, 21),
                Argument("modelName", 0, ("gpt-4o-mini",), "MODEL", "MODEL", 16, 24),
            ),
            target="model",
            function="ask",
        )
    ]


def test_declared_type_of_a_field_binds_its_name() -> None:
    unit = java.parse(SERVICE, "Support.java")

    assert [call.callee for call in unit.calls if call.line == 18] == ["dev.langchain4j.model.chat.ChatModel.chat"]


def test_annotation_is_a_decorator_call_and_class_has_its_bases() -> None:
    unit = java.parse(SERVICE, "Support.java")

    assert unit.calls[0] == Call(
        callee="dev.langchain4j.service.AiService", line=8, column=1, function="Support", is_decorator=True
    )
    assert unit.classes == [ClassDef(name="Support", bases=("Base", "Tooling"), line=9, methods=("ask",), column=14)]
    assert unit.env == [Named(value="OPENAI_API_KEY", line=15, column=21)]


def test_accessor_chain_keeps_every_link() -> None:
    source = b"import com.openai.client.OpenAIClient;\nclass A { Object f(OpenAIClient client, Object p) { return client.chat().completions().create(p); } }"

    unit = java.parse(source, "A.java")

    assert next(call.callee for call in unit.calls) == "com.openai.client.OpenAIClient.chat.completions.create"


def test_comment_is_no_text() -> None:
    unit = java.parse(b'// "https://api.openai.com/v1"\n/** "gpt-4" */ class A { }', "A.java")

    assert unit.texts == []
