"""What is spelled like a model id is one only where a model can stand."""

from __future__ import annotations

import pytest

from pentascope.engine.modelids import can_be_model, constant_spellings, may_name_model, names_dataset, names_model


@pytest.mark.parametrize("text", ["gpt-4o-mini", "meta-llama/Llama-3.1-8B", "textembedding-gecko@001", "models/gemini-1.5-flash", "@cf/meta/llama-3"])
def test_id_can_be_model(text: str) -> None:
    assert can_be_model(text)


@pytest.mark.parametrize(
    "text",
    [
        "./outputs/qwen3-8b-lora", "checkpoints/google/gemma-2b", "docs/models/qwen3-next.qmd", "alpaca_data.json", "azure/setup-helm@v4",
        "azure/setup-helm@9bc31f4ebc9c6b171d7bfbaa5d006ae7abdb4310", "ollama/ollama:rocm", "HuggingFaceH4/Code-Feedback", "yahma/alpaca-cleaned",
    ],
)  # fmt: skip
def test_path_action_container_or_data_set_is_no_model(text: str) -> None:
    assert not can_be_model(text)


def test_key_of_a_data_set_or_template_names_no_model() -> None:
    keys = ("datasets.0.path", "dataset_mixture.datasets.1.id", "chat_template", "output_dir", "run_name", "jobs.build.steps.0.uses")

    named = [key for key in keys if names_model(key)]

    assert named == []


def test_key_of_a_model_names_one() -> None:
    assert [key for key in ("base_model", "llm.models.0.id", None) if names_model(key)] == ["base_model", "llm.models.0.id", None]


def test_loader_of_data_names_no_model() -> None:
    assert not names_model(None, "datasets.load_dataset")


def test_route_of_a_gateway_needs_a_key_that_speaks_of_models() -> None:
    assert names_model("litellm_params.model", is_routed=True)
    assert not names_model("FullyQualifiedName", is_routed=True)


def test_constants_are_spelled_as_their_maker_does() -> None:
    first = [constant_spellings(name)[0] for name in ("GPT_4_O_MINI", "GPT_3_5_TURBO", "GEMINI_2_5_PRO", "CLAUDE_3_5_SONNET")]

    assert first == ["gpt-4o-mini", "gpt-3.5-turbo", "gemini-2.5-pro", "claude-3-5-sonnet"]


def test_variable_of_a_model_is_no_constant() -> None:
    assert constant_spellings("geminiFlashModel") == ()


def test_file_format_is_no_data_set() -> None:
    assert [name for name in ("json", "SetFit/{}", "tatsu-lab/alpaca") if names_dataset(name)] == ["tatsu-lab/alpaca"]


def test_deployment_may_name_a_model_and_a_file_may_not() -> None:
    assert may_name_model("our-deployment")
    assert not may_name_model("prompts/system.txt")
