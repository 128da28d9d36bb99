from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from pentascope.collectors.source.parse import python
from pentascope.engine.training import conclude, trace
from pentascope.model.evidence import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pentascope.engine.training import Trace

LORA = """
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, Trainer

model = AutoModelForCausalLM.from_pretrained("meta/base-8b")
model = get_peft_model(model, LoraConfig(r=8))
trainer = Trainer(model=model, train_dataset=rows)
trainer.train()
"""
FULL = """
from transformers import AutoModelForCausalLM, Trainer

model = AutoModelForCausalLM.from_pretrained("meta/base-8b")
Trainer(model=model, train_dataset=rows).train()
"""
FROM_CONFIG = """
from transformers import AutoConfig, AutoModelForCausalLM, Trainer

model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained("meta/base-8b"))
Trainer(model=model, train_dataset=rows).train()
"""
CLASSIFIER = """
from transformers import AutoModelForSequenceClassification, Trainer

model = AutoModelForSequenceClassification.from_pretrained("bert-base")
Trainer(model=model, train_dataset=rows).train()
"""
INFERENCE = """
from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained("meta/base-8b")
print(model.generate(tokens))
"""
REGRESSION = """
import torch
from torch import nn

model = nn.Linear(3, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
loss = nn.functional.mse_loss(model(x), y)
loss.backward()
optimizer.step()
"""
MODEL_FILE = """
import torch
from torch import nn

class CausalSelfAttention(nn.Module):
    def forward(self, x):
        return x.masked_fill(torch.tril(x) == 0, 0)

class GPT(nn.Module):
    def __init__(self, vocab_size, block_size, n_embd):
        super().__init__()
        self.lm_head = nn.Linear(n_embd, vocab_size)

    def generate(self, idx, max_new_tokens):
        return torch.multinomial(idx, 1)
"""
LOOP_FILE = """
import torch
from model import GPT

model = GPT(vocab_size=65, block_size=256, n_embd=384)
optimizer = torch.optim.AdamW(model.parameters())
for batch in batches:
    loss = model(batch)
    loss.backward()
    optimizer.step()
"""


def traces(files: Mapping[str, str], role: Role = Role.PRODUCTION) -> list[Trace]:
    found = []
    for path, source in files.items():
        unit = python.parse(source.encode(), path)
        unit.role = role
        found += trace(unit)
    return found


def concluded(files: Mapping[str, str], role: Role = Role.PRODUCTION) -> list[tuple[str, str]]:
    return sorted({(e.kind.value, e.subject) for e in conclude(traces(files, role))})


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (LORA, [("tuning", "lora")]),
        (FULL, [("tuning", "full_sft")]),
        (FROM_CONFIG, [("training", "language")]),
        (CLASSIFIER, [("classical-training", "classifier")]),
        (INFERENCE, []),
        (REGRESSION, []),
    ],
    ids=["lora", "full", "from-config", "classifier", "inference", "regression"],
)
def test_what_is_trained_from_what(source: str, found: list[tuple[str, str]]) -> None:
    assert concluded({"run.py": source}) == found


def test_tuning_names_its_base_and_its_place() -> None:
    (found,) = conclude(traces({"run.py": FULL}))

    assert (found.path, found.line, found.value, found.attribute("base"), found.signature) == (
        "run.py", 5, "meta/base-8b", "meta/base-8b", "what-is-trained-from-what",
    )  # fmt: skip


def test_loop_and_model_class_are_joined_across_files() -> None:
    assert concluded({"model.py": MODEL_FILE, "train.py": LOOP_FILE}) == [("training", "language")]


def test_model_class_that_nothing_trains_is_not_training() -> None:
    assert concluded({"model.py": MODEL_FILE}) == []


@pytest.mark.parametrize("role", [Role.TEST, Role.DOCUMENTATION, Role.VENDORED])
def test_training_outside_of_the_product_is_left_out(role: Role) -> None:
    assert concluded({"run.py": LORA, "model.py": MODEL_FILE, "train.py": LOOP_FILE}, role) == []


def test_names_of_files_decide_nothing() -> None:
    assert concluded({"finetune_llm_lora.py": REGRESSION}) == []
    assert concluded({"a.py": LORA}) == concluded({"classifier.py": LORA})


def test_order_of_files_does_not_matter() -> None:
    files = {"model.py": MODEL_FILE, "train.py": LOOP_FILE, "tune.py": LORA, "old.py": CLASSIFIER}

    orders = {tuple(sorted(map(repr, conclude(order)))) for order in permutations(traces(files))}

    assert len(orders) == 1
