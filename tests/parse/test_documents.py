from __future__ import annotations

import struct
import time

import pytest

from pentascope.collectors.source.parse import documents, extension
from pentascope.collectors.source.parse.weights import WeightsHeader, inspect, inspect_jsonl
from pentascope.model.unit import Named, Pair, Unit


def read(source: bytes, path: str) -> Unit:
    unit = documents.parse(source, path)
    assert unit is not None
    return unit


def named(entries: list[Named]) -> list[tuple[str, int]]:
    return [(entry.value, entry.line) for entry in entries]


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("pyproject.toml", "manifests"), ("requirements/dev.txt", "manifests"), ("docs/notes.txt", None), ("deploy/Dockerfile.gpu", "dockerfile"),
        ("docker-compose.prod.yml", "compose"), (".github/workflows/ci.yml", "workflow"), (".github/workflows/triage.md", "workflow"),
        ("README.md", None), ("main.tf", "terraform"), ("main.bicep", "bicep"), (".env.example", "keyvalue"), ("web.config", "xmlscan"),
        ("values.yaml", "configuration"), ("config.json", "configuration"), ("app.py", None), ("dockerfile_parser.py", None), ("Makefile", "workflow"),
    ],
)
def test_route_names_the_module(path: str, module: str | None) -> None:
    assert documents.route(path) == module


def test_dockerfile_leaves_stages_out_and_splits_commands() -> None:
    source = b"""ARG BASE=vllm/vllm-openai:v0.4
FROM ${BASE} AS serve
# FROM nope
FROM serve
ENV OPENAI_API_KEY=x MODEL="a b"
RUN apt-get update && \\
    pip install vllm | tee log
CMD ["python", "-m", "vllm.entrypoints.openai.api_server", "--model", "x"]
ENTRYPOINT ["sh", "-c", "ollama serve & ollama pull llama3"]
"""

    unit = read(source, "Dockerfile")

    assert named(unit.images) == [("vllm/vllm-openai:v0.4", 2)]
    assert [(entry.value, entry.key, entry.line) for entry in unit.env] == [
        ("BASE", "vllm/vllm-openai:v0.4", 1), ("OPENAI_API_KEY", "x", 5), ("MODEL", "a b", 5),
    ]
    assert named(unit.commands) == [
        ("apt-get update", 6), ("pip install vllm", 7), ("tee log", 7),
        ("python -m vllm.entrypoints.openai.api_server --model x", 8), ("ollama serve", 9), ("ollama pull llama3", 9),
    ]


def test_compose_gives_images_variables_and_commands() -> None:
    source = b"""services:
  llm:
    image: ${IMG:-ollama/ollama:latest}
    environment:
      - OPENAI_API_KEY=${KEY}
      - HF_TOKEN
    command: ["serve", "--model", "x"]
  app:
    environment: {MODEL: gpt-4o}
    entrypoint: sh -c "a && b"
"""

    unit = read(source, "compose.yaml")

    assert named(unit.images) == [("ollama/ollama:latest", 3)]
    assert [(entry.value, entry.key) for entry in unit.env] == [("OPENAI_API_KEY", "${KEY}"), ("HF_TOKEN", None), ("MODEL", "gpt-4o")]
    assert named(unit.commands) == [("serve --model x", 7), ("a", 10), ("b", 10)]


def test_kubernetes_documents_give_resources_images_and_variables() -> None:
    source = b"""apiVersion: v1
kind: Service
metadata: {name: s}
---
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: llama
spec:
  containers:
    - image: vllm/vllm-openai
      args: [--model, meta]
      env:
        - name: HF_TOKEN
          value: x
"""

    unit = read(source, "k8s/a.yaml")

    assert [(entry.type, entry.name, entry.line) for entry in unit.resources] == [
        ("v1/Service", "s", 2), ("serving.kserve.io/v1beta1/InferenceService", "llama", 6),
    ]
    assert named(unit.images) == [("vllm/vllm-openai", 11)]
    assert named(unit.commands) == [("--model meta", 12)]
    assert [(entry.value, entry.key) for entry in unit.env] == [("HF_TOKEN", "x")]


def test_helm_values_join_repository_and_tag() -> None:
    unit = read(b"image:\n  repository: ollama/ollama\n  tag: '0.3'\n", "chart/values.yaml")

    assert named(unit.images) == [("ollama/ollama:0.3", 2)]


def test_workflow_gives_actions_commands_and_secrets() -> None:
    source = b"""on: push
jobs:
  review:
    runs-on: ubuntu-latest
    env:
      MODEL: gpt-4o
    steps:
      - uses: anthropics/claude-code-action@v1
        with:
          anthropic_api_key: ${{ secrets.ANTHROPIC_API_KEY }}
      - run: |
          pip install openai
          python a.py  # c
"""

    unit = read(source, ".github/workflows/a.yml")

    assert named(unit.actions) == [("anthropics/claude-code-action@v1", 8)]
    assert named(unit.commands) == [("pip install openai", 12), ("python a.py", 13)]
    assert [(entry.value, entry.line) for entry in unit.env] == [("MODEL", 6), ("ANTHROPIC_API_KEY", 10)]
    assert Pair(path="jobs.review.steps.0.with.anthropic_api_key", value="${{ secrets.ANTHROPIC_API_KEY }}", line=10, column=30) in unit.pairs


def test_agentic_workflow_gives_its_front_matter_only() -> None:
    unit = read(b"---\nengine: copilot\non: issues\n---\n# Prompt\nmodel: no\n", ".github/workflows/triage.md")

    assert [(pair.path, pair.value) for pair in unit.pairs] == [("engine", "copilot"), ("on", "issues")]


def test_terraform_resolves_variables_one_level() -> None:
    source = b"""variable "model" {
  default = "anthropic.claude-v2"
}
locals { name = "kb" }
resource "aws_bedrock_custom_model" "m" {
  base_model_identifier = var.model
  custom_model_name     = "x-${local.name}"
  # nope = 1
  training_data_config { s3_uri = "s3://b" }
  tags = { a = "b" }
}
module "kb" {
  source = "aws-ia/bedrock/aws"
}
"""

    unit = read(source, "main.tf")

    assert [(entry.type, entry.name, entry.line) for entry in unit.resources] == [
        ("aws_bedrock_custom_model", "m", 5), ("module:aws-ia/bedrock/aws", "kb", 12),
    ]
    assert [(pair.path, pair.value, pair.line) for pair in unit.resources[0].pairs] == [
        ("base_model_identifier", "anthropic.claude-v2", 6), ("custom_model_name", "x-kb", 7),
        ("training_data_config.s3_uri", "s3://b", 9), ("tags.a", "b", 10),
    ]


def test_cloudformation_gives_resources_with_properties() -> None:
    source = b"""AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Agent:
    Type: AWS::Bedrock::Agent
    Properties:
      FoundationModel: anthropic.claude-v2
"""

    unit = read(source, "template.yaml")

    assert [(entry.type, entry.name, entry.line) for entry in unit.resources] == [("AWS::Bedrock::Agent", "Agent", 4)]
    assert [(pair.path, pair.value) for pair in unit.resources[0].pairs] == [("Type", "AWS::Bedrock::Agent"), ("FoundationModel", "anthropic.claude-v2")]


def test_bicep_gives_resources_with_kind() -> None:
    source = b"""param name string = 'ai'
resource account 'Microsoft.CognitiveServices/accounts@2023-05-01' = {
  name: name
  kind: 'OpenAI' // c
  resource d 'deployments' = {
    properties: {
      model: {
        name: 'gpt-4o'
      }
    }
  }
}
"""

    unit = read(source, "main.bicep")

    assert [(entry.type, [(pair.path, pair.value) for pair in entry.pairs]) for entry in unit.resources] == [
        ("Microsoft.CognitiveServices/accounts", [("name", "ai"), ("kind", "OpenAI")]),
        ("Microsoft.CognitiveServices/accounts/deployments", [("model.name", "gpt-4o")]),
    ]


def test_n8n_flow_gives_nodes_and_other_json_does_not() -> None:
    flow = b'{"nodes": [{"name": "Chat", "type": "@n8n/n8n-nodes-langchain.lmChatOpenAi", "parameters": {"model": "gpt-4o"}}], "connections": {"Chat": {"main": "x"}}}'

    assert named(read(flow, "flow.json").nodes) == [("@n8n/n8n-nodes-langchain.lmChatOpenAi", 1)]
    assert read(b'{"nodes": [{"type": "switch"}], "connections": {"a": 1}}', "graph.json").nodes == []


def test_mcp_configuration_gives_commands_and_variables() -> None:
    unit = read(b'{"mcpServers": {"fs": {"args": ["-y", "server"], "command": "npx", "env": {"API_KEY": "x"}}}}', ".mcp.json")

    assert named(unit.commands) == [("npx -y server", 1)]
    assert [entry.value for entry in unit.env] == ["API_KEY"]


def test_userscript_header_is_read() -> None:
    source = b"// ==UserScript==\n// @match https://chatgpt.com/*\n// ==/UserScript==\n// @match no\n"

    assert extension.userscript(source) == [Pair(path="match", value="https://chatgpt.com/*", line=2, column=5)]


def test_env_file_names_its_variables() -> None:
    unit = read(b"# C\nexport OPENAI_API_KEY='sk'\nMODEL=gpt-4o # c\n", ".env.example")

    assert [(entry.value, entry.key, entry.line) for entry in unit.env] == [("OPENAI_API_KEY", "sk", 2), ("MODEL", "gpt-4o", 3)]


def test_xml_entities_are_not_expanded() -> None:
    source = b'<!DOCTYPE a [<!ENTITY x "boom">]><a k="v"><b>t</b><c>&x;</c></a>'

    unit = read(source, "app.config")

    assert [(pair.path, pair.value) for pair in unit.pairs] == [("a.@k", "v"), ("a.b", "t")]


@pytest.mark.parametrize(
    ("head", "path", "expected"),
    [
        (struct.pack("<Q", 60) + b'{"base.lora_A.weight":{"dtype":"F16"}}', "adapter.safetensors", WeightsHeader(format="safetensors", is_adapter=True)),
        (b"GGUF\x03\0\0\0", "m.gguf", WeightsHeader(format="gguf")),
        (b"\x1c\0\0\0TFL3", "m.tflite", WeightsHeader(format="tflite")),
        (b"PK\x03\x04" + b"\0" * 26 + b"archive/data.pkl", "m.pt", WeightsHeader(format="pytorch")),
        (b"\x08\x07\x12\x07pytorch", "m.onnx", WeightsHeader(format="onnx", detail="pytorch")),
        (b"just text", "m.bin", None),
        (b"version https://git-lfs.github.com/spec/v1", "m.safetensors", None),
    ],
)
def test_weights_are_recognised_by_header(head: bytes, path: str, expected: WeightsHeader | None) -> None:
    assert inspect(head, path) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b'{"messages": [{"role": "user", "content": "prompt"}]}\n', "chat"), (b'{"prompt": "a", "completion": "b"}', "prompt-completion"),
        (b'[{"instruction": "a", "input": "", "output": "b"}]', "alpaca"), (b'{"prompt": "a", "chosen": "b", "rejected": "c"}', "preference"),
        (b'{"id": 1, "text": "messages"}', None), (b"", None),
    ],
)
def test_jsonl_format_is_told_by_its_first_keys(head: bytes, expected: str | None) -> None:
    assert inspect_jsonl(head) == expected


HOSTILE = (b"\0", b"[", b"{", b'"', b"'", b"\\\n", b"<a>", b"a=", b"RUN a \\\n", b"/*", b"- ", b'"${', b"{{", b"a {\n", b"\xff\xfe", b"a: ")


@pytest.mark.parametrize("path", ["Dockerfile", "compose.yml", ".github/workflows/a.yml", "Jenkinsfile", "Makefile", "a.tf", "a.bicep", "a.ini", "a.xml", "build.gradle", "setup.py", "pnpm-lock.yaml"])
def test_hostile_documents_end_soon(path: str) -> None:
    started = time.process_time()

    for part in HOSTILE:
        read(part * 30_000, path)

    assert time.process_time() - started < 20
