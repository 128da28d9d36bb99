"""Kotlin, Scala, Rust, PHP, Swift, Dart and C++ sources read into units: one real use each."""

from pentascope.collectors.source.parse import cpp, dart, kotlin, php, rust, scala, swift
from pentascope.model.unit import Import


def _models(unit, callee):
    return [
        argument.texts
        for call in unit.calls
        if call.callee == callee
        for argument in call.arguments
        if argument.name == "model"
    ]


def test_kotlin_named_arguments_reach_through_request_objects() -> None:
    source = b"""import com.aallam.openai.client.OpenAI
class A(private val client: OpenAI) {
  suspend fun ask() { client.chatCompletion(ChatCompletionRequest(model = ModelId("gpt-4o"))) }
}"""

    unit = kotlin.parse(source, "A.kt")

    assert _models(unit, "com.aallam.openai.client.OpenAI.chatCompletion") == [("gpt-4o",)]


def test_scala_import_groups_and_named_arguments() -> None:
    source = b"""import io.cequence.openai.service.{OpenAIService, OpenAIServiceFactory => Factory}
class A(service: OpenAIService) { def ask() = service.createChatCompletion(model = "gpt-4o") }"""

    unit = scala.parse(source, "A.scala")

    assert unit.imports == [
        Import(path="io.cequence.openai.service.OpenAIService", name="OpenAIService", line=1),
        Import(path="io.cequence.openai.service.OpenAIServiceFactory", name="Factory", line=1, is_used=False),
    ]
    assert _models(unit, "io.cequence.openai.service.OpenAIService.createChatCompletion") == [("gpt-4o",)]


def test_rust_use_trees_expand_and_builders_fold() -> None:
    source = b"""use async_openai::{Client, types::CreateChatCompletionRequestArgs as Args};
async fn ask() {
    let client = Client::new();
    let request = Args::default().model("gpt-4o").build()?;
    client.chat().create(request).await?;
}"""

    unit = rust.parse(source, "a.rs")

    assert unit.imports == [
        Import(path="async_openai.Client", name="Client", line=1),
        Import(path="async_openai.types.CreateChatCompletionRequestArgs", name="Args", line=1),
    ]
    assert _models(unit, "async_openai.Client.chat.create") == [("gpt-4o",)]


def test_php_array_keys_are_arguments() -> None:
    source = b"""<?php
use OpenAI\\Laravel\\Facades\\OpenAI;
class A { const MODEL = 'gpt-4o'; function ask() { OpenAI::chat()->create(['model' => self::MODEL]); } }"""

    unit = php.parse(source, "a.php")

    assert unit.imports == [Import(path="OpenAI.Laravel.Facades.OpenAI", name="OpenAI", line=2)]
    assert _models(unit, "OpenAI.Laravel.Facades.OpenAI.chat.create") == [("gpt-4o",)]


def test_swift_labels_are_keywords() -> None:
    source = b"""import OpenAI
let client = OpenAI(apiToken: token)
let query = ChatQuery(messages: [], model: "gpt-4o")
let result = try await client.chats(query: query)"""

    unit = swift.parse(source, "a.swift")

    assert unit.imports == [Import(path="OpenAI", name="*", line=1)]
    assert _models(unit, "OpenAI.chats") == [("gpt-4o",)]


def test_dart_selectors_make_one_path() -> None:
    source = b"""import 'package:dart_openai/dart_openai.dart';
Future<void> ask() async { final r = await OpenAI.instance.chat.create(model: 'gpt-4o', messages: []); }"""

    unit = dart.parse(source, "a.dart")

    assert unit.imports == [Import(path="package:dart_openai/dart_openai.dart", name="*", line=1)]
    assert _models(unit, "OpenAI.instance.chat.create") == [("gpt-4o",)]


def test_cpp_header_opens_and_calls_keep_their_names() -> None:
    source = b'#include "llama.h"\nint main() { auto m = llama_load_model_from_file("a-7b.gguf", p); }'

    unit = cpp.parse(source, "a.cpp")

    assert unit.imports == [Import(path="llama.h", name="*", line=1)]
    assert [(call.callee, call.arguments[0].texts, call.target) for call in unit.calls] == [
        ("llama_load_model_from_file", ("a-7b.gguf",), "m")
    ]
