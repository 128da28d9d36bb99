"""Training that goes on from somebody else's weights, where no library loads them: adapters by hand, restored checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from pentascope.model.evidence import Evidence, FactKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.engine.training import Trace

ADAPTERS = frozenset(
    {"adapter_len", "adapter_layer", "adapter_query", "adapter_dim", "adapter_size", "adapter_params", "prefix_len", "prefix_length", "prefix_tokens",
     "soft_prompt", "n_prefix", "lora_A", "lora_B", "lora_rank", "lora_alpha", "mark_only_lora_as_trainable"}
)  # fmt: skip
"""Identifiers of small layers that are added to a model whose own parameters stay."""
IMAGE_METHODS = {
    "dreambooth": frozenset({"reg_data_root", "class_word", "DreamBoothDataset", "prior_preservation", "with_prior_preservation", "instance_prompt", "PersonalizedBase", "reg_dataset", "actual_resume"}),
    "controlnet": frozenset({"ControlLDM", "ControlNet", "ControlledUnetModel", "control_model", "control_stage_config", "input_hint_block", "sd_locked", "only_mid_control"}),
    "textual_inversion": frozenset({"placeholder_string", "placeholder_token", "placeholder_tokens", "initializer_words", "initializer_word", "EmbeddingManager", "embedding_manager", "TextualInversionDataset"}),
}
"""Identifiers that the literature's implementations of each method share; two of them must agree."""
IMAGE_WORDS = frozenset[str]().union(*IMAGE_METHODS.values())
FREEZES = frozenset({"freeze_model", "unfreeze_model", "freeze_unet", "freeze_lm", "freeze_llm", "freeze_base_model", "trainable_modules"})
"""Choices of which parameters of the model itself are trained: a model with random weights keeps none as they are."""
GIVEN = frozenset({"init_checkpoint", "init_ckpt", "pretrained_checkpoint", "pretrained_ckpt", "pretrained_weights", "pretrained_model_path"})
"""Names of the checkpoint of somebody else that training starts from."""
PUBLISHED = "published_weights"


def keeps_a_part(one: Trace) -> bool:
    """Whether a file trains a part of its generative model and keeps the rest as it was given."""
    return "requires_grad" in one.marks and bool(FREEZES & set(one.marks))


def hand_adapters(traces: Sequence[Trace]) -> Iterable[tuple[Trace, str]]:
    """Files that load weights into a model, freeze parameters, and name layers of an adapter. Shape: file, reason."""
    for one in traces:
        marks = set(one.marks)
        if "load_state_dict" in marks and marks & {"requires_grad", "requires_grad_"} and marks & ADAPTERS:
            yield one, "trains its own adapter layers on given weights that it freezes"


def restored(evidence: Sequence[Evidence], concluded: Sequence[Evidence], traces: Sequence[Trace]) -> list[Evidence]:
    """What was concluded, with training read as tuning where only the tree as a whole tells whose weights it starts from.

    A checkpoint of TensorFlow is restored by name: what the tree downloads tells whose it is. A configuration names the
    checkpoint that a model of latent diffusion starts from.
    """
    told = list(concluded)
    if any(entry.kind is FactKind.INFERENCE and entry.subject == PUBLISHED for entry in evidence):
        told = _from_published(told, traces)
    if any(entry.kind is FactKind.TUNING and entry.attribute("anchor") == "config" and entry.attribute("starts") == "checkpoint" for entry in evidence):
        told = [entry for entry in told if entry.kind is not FactKind.TRAINING or entry.subject != "diffusion"]
    return told


def _from_published(concluded: Sequence[Evidence], traces: Sequence[Trace]) -> list[Evidence]:
    restoring = [one for one in traces if "restore" in one.marks and one.loop_line]
    paths = {one.path for one in restoring}
    helpers = {name for one in restoring for name in one.imports}
    why = "trains on from a checkpoint, in a tree that fetches published weights"
    told: list[Evidence] = []
    for entry in concluded:
        is_language = entry.kind is FactKind.TRAINING and entry.subject == "language"
        if is_language and entry.path in paths:
            told.append(msgspec.structs.replace(entry, kind=FactKind.TUNING, subject="full_sft", attributes=(("loads", "own code"), ("why", why))))
        elif not (is_language and entry.path.rpartition("/")[2].removesuffix(".py") in helpers):
            told.append(entry)
    return told
