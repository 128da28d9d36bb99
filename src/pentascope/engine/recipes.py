"""Training recipes in YAML, JSON and TOML: which base model on which data sets, whatever the tool that reads them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.modelids import names_dataset
from pentascope.model.evidence import FactKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pentascope.model.unit import Pair

_TRAINS = frozenset(
    """num_epochs num_train_epochs max_steps learning_rate micro_batch_size per_device_train_batch_size lr_scheduler_type
    gradient_accumulation_steps lr_scheduler lora_r lora_alpha lora_rank max_seq_length sequence_len warmup_ratio warmup_steps
    lr_warmup_steps global_batch_size finetuning_type max_iters total_batch_size train_batch_size""".split()
)
MIN_TRAINING_KEYS = 2
_BASES = frozenset("base_model model_name_or_path pretrained_model_name_or_path checkpoint_dir model_name model_id model_path".split())
_DATA = re.compile(
    r"(?:(?:[\w-]+\.)?(?:pretraining_|test_|eval_|train_)?datasets?\.\d+\.(?:path|id|name|dataset|dataset_name|repo_id)"
    r"|(?:[\w-]+\.)?dataset_mixture\.datasets\.\d+\.id"
    r"|(?:[\w-]+\.)?(?:dataset_name|dataset_id|dataset_path|train_dataset|pretraining_dataset|hf_dataset|data_path|dataset_dir|dataset_repo)"
    r"|(?:[\w-]+\.)?dataset(?:\.(?:path|name|source|_component_|repo_id|id))?|data(?:\.class_path)?)"
)
_MIXER = re.compile(r"(?:[\w-]+\.)?dataset_mixer\.([\w.-]+/[\w.-]+)")
_REPOSITORY = re.compile(r"(?:checkpoints/)?([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})")
_NAME = re.compile(r"[A-Za-z0-9][\w.:/@-]{1,140}")
_METHOD_FOLDER = re.compile(r"(?:^|/)(dpo|orpo|kto|grpo|ppo|simpo)/[^/]+$")


class Said(msgspec.Struct, frozen=True):
    """One fact of a recipe."""

    kind: FactKind
    subject: str
    value: str | None
    line: int
    column: int


def read(path: str, pairs: Sequence[Pair]) -> Iterator[Said]:
    """What a recipe says; nothing for a file that is none."""
    keys = {pair.path.rpartition(".")[2] for pair in pairs}
    bases = [pair for pair in pairs if pair.path.rpartition(".")[2] in _BASES and pair.value]
    if len(keys & _TRAINS) < MIN_TRAINING_KEYS or not bases:
        return
    for pair in bases[:4]:
        repository = _REPOSITORY.fullmatch(pair.value)
        if repository is not None or (pair.path == "model_name" and _NAME.fullmatch(pair.value)):
            value = repository[1] if repository is not None else pair.value
            yield Said(FactKind.MODEL, "huggingface", value, pair.line, pair.column)
    for pair in pairs:
        for name in _datasets(pair):
            yield Said(FactKind.DATASET, "dataset", name, pair.line, pair.column)
    if "checkpoint_dir" in keys and "lora_r" in keys:
        quantized = any(pair.path == "quantize" and pair.value.startswith(("bnb.nf4", "bnb.fp4", "nf4", "fp4")) for pair in pairs)
        yield Said(FactKind.TUNING, "qlora" if quantized else "lora", None, *_place(pairs, bases, "lora_r"))
    folder = _METHOD_FOLDER.search(path)
    if folder is not None:
        yield Said(FactKind.TUNING, folder[1], None, *_place(pairs, bases, "beta", "loss_type", "rl", "learning_rate"))


def _place(pairs: Sequence[Pair], bases: Sequence[Pair], *keys: str) -> tuple[int, int]:
    """Line and column of the key that tells a method."""
    told = next((pair for key in keys for pair in pairs if pair.path == key), bases[0])
    return told.line, told.column


_SUBSET = re.compile(
    r"true|false|null|none|main|default|train|test|validation|[a-z]{2}|sample-\w+|[\w-]+-raw-v\d|\w+(?:\.\w+)*\.datasets?\.\w+|litgpt\.data\.\w+",
    re.IGNORECASE,
)


def _datasets(pair: Pair) -> list[str]:
    mixed = _MIXER.fullmatch(pair.path)
    if mixed is not None:
        return [mixed[1]]
    if not _DATA.fullmatch(pair.path):
        return []
    names = [name.strip() for name in pair.value.split(",")] if "/" not in pair.value else [pair.value]
    return [name for name in names[:20] if _NAME.fullmatch(name) and names_dataset(name) and _SUBSET.fullmatch(name) is None]
