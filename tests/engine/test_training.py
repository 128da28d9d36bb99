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


FLOW = """
import tensorflow as tf

def train_graph(x, hps):
    z, logdet = revnet2d("step", x, 0.0, hps)
    z = actnorm("prior", z)
    return tf.gradients(loss(z, logdet), tf.trainable_variables())
"""
PIXELS = """
import tensorflow as tf

parameters = tf.trainable_variables()
out = model(images, nr_logistic_mix=10)
grads = tf.gradients(discretized_mix_logistic_loss(images, out), parameters)
"""
QUANTISED = """
import tensorflow as tf

output = vector_quantizer(encoder(x), embedding_dim, num_embeddings, commitment_cost)
recon_error = tf.reduce_mean((decoder(output) - x) ** 2)
train = tf.train.AdamOptimizer(1e-3).minimize(recon_error)
"""
NOTES = """
from keras.layers import LSTM, Dense
from keras.models import Sequential

model = Sequential()
model.add(LSTM(512))
model.add(Dense(n_vocab))
model.compile(loss="categorical_crossentropy", optimizer="rmsprop")
model.fit(notes, following)
"""
SENTIMENT = """
from keras.layers import LSTM, Dense, Embedding
from keras.models import Sequential

model = Sequential()
model.add(Embedding(vocab_size, 64))
model.add(LSTM(128))
model.add(Dense(1, activation="sigmoid"))
model.fit(reviews, labels)
"""
POLICY_GRADIENT = """
import tensorflow as tf

grads = tf.gradients(policy_loss(actions), tf.trainable_variables())
"""
NETWORKS = """
import torch

class Generator(torch.nn.Module):
    pass

class Discriminator(torch.nn.Module):
    pass
"""
SPOKEN = """
import tensorflow as tf

net = WaveNetModel(dilations=[1, 2, 4], quantization_channels=256)
optimize = optimizer.minimize(net.loss(audio))
"""
CARRIED_STATE = """
import torch

hidden = repackage_hidden(hidden)
for i in range(0, len(data), bptt):
    loss = criterion(model(data[i]).view(-1, ntokens), targets)
    loss.backward()
    optimizer.step()
"""
FORMULAE = """
import torch

def q_sample(x, t, alphas_cumprod, betas):
    return alphas_cumprod[t] * x

def p_sample(x, t):
    return x
"""
STEPS = """
import torch

def run(loss, optimizer):
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
        (FLOW, [("training", "flow")]),
        (PIXELS, [("training", "autoregressive-image")]),
        (QUANTISED, [("training", "vae")]),
        (NOTES, [("training", "language")]),
        (SENTIMENT, []),
        (POLICY_GRADIENT, []),
        (SPOKEN, [("training", "audio")]),
        (CARRIED_STATE, [("training", "language")]),
    ],
    ids=[
        "lora", "full", "from-config", "classifier", "inference", "regression", "flow", "pixels", "quantised", "notes",
        "sentiment", "policy-gradient", "spoken", "carried-state",
    ],
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


def test_opposed_networks_count_where_something_trains() -> None:
    alone = concluded({"networks.py": NETWORKS})
    trained = concluded({"networks.py": NETWORKS, "loop.py": STEPS})

    assert (alone, trained) == ([], [("training", "gan")])


def test_formulae_beside_a_loop_count_as_its_objective() -> None:
    alone = concluded({"process.py": FORMULAE})
    beside = concluded({"process.py": FORMULAE, "loop.py": STEPS})
    elsewhere = concluded({"sampling/process.py": FORMULAE, "loop.py": STEPS})

    assert (alone, beside, elsewhere) == ([], [("training", "diffusion")], [])
