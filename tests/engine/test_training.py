from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from tests.engine.samples import line

from pentascope.collectors.source.parse import python
from pentascope.engine.restored import restored
from pentascope.engine.training import conclude, trace
from pentascope.model.evidence import FactKind, Role

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
LATENT = """
import tensorflow as tf

z_mean, z_stddev = recognition(images)
guessed = z_mean + z_stddev * tf.random_normal([100, n_z])
latent_loss = 0.5 * tf.reduce_sum(tf.square(z_mean) + tf.square(z_stddev) - tf.log(tf.square(z_stddev)) - 1, 1)
optimizer = tf.train.AdamOptimizer(0.001).minimize(generation_loss + latent_loss)
"""
NAMED_LATENT = """
import torch
from torch import nn

class SentenceVAE(nn.Module):
    def __init__(self, latent_size):
        super().__init__()
        self.hidden2logv = nn.Linear(9, latent_size)

    def forward(self, x):
        logv = self.hidden2logv(x)
        return torch.exp(0.5 * logv)
"""
NAMED_LATENT_LOOP = """
import torch
from model import SentenceVAE

model = SentenceVAE(latent_size=16)
optimizer = torch.optim.Adam(model.parameters())
loss.backward()
optimizer.step()
"""
DECODER = """
import tensorflow as tf

def model(hparams, X):
    wpe = tf.get_variable("wpe", [hparams.n_ctx, hparams.n_embd])
    wte = tf.get_variable("wte", [hparams.n_vocab, hparams.n_embd])
    return tf.gather(wte, X) + tf.gather(wpe, X)
"""
RESTORING_LOOP = """
import tensorflow as tf
from . import model

output = model.model(hparams=hparams, X=context)
opt_apply = tf.train.AdamOptimizer().apply_gradients(grads)
saver.restore(sess, tf.train.latest_checkpoint(folder))
"""
FROZEN = """
import torch
from model import GPT

model = GPT(vocab_size=65, block_size=256, n_embd=384, adapter_len=10)
model.load_state_dict(torch.load(path), strict=False)
for name, parameter in model.named_parameters():
    parameter.requires_grad = "adapter" in name
"""
CONTROLLED = """
import torch
from diffusion import LatentDiffusion

class ControlLDM(LatentDiffusion):
    def configure_optimizers(self):
        return torch.optim.AdamW(self.control_model.parameters())
"""
DIFFUSION_LOOP = """
import torch

def training_loss(x, t, alphas_cumprod, betas, noise):
    x = q_sample(x, t, alphas_cumprod, betas)
    return p_losses(x, noise, t)

loss = training_loss(x, t, alphas_cumprod, betas, noise)
loss.backward()
optimizer.step()
"""
OPPOSING = """
import tensorflow as tf
from . import generator

generator = Generator(vocab_size, 64)
discriminator = Discriminator(sequence_length=20, num_classes=2)
"""
OPPOSED_LOSS = """
import tensorflow as tf

class Generator:
    def __init__(self):
        self.g_loss = -tf.reduce_sum(rewards)
        self.g_updates = optimizer.apply_gradients(zip(tf.gradients(self.g_loss, params), params))
"""
KEEPING = """
import torch
from torch import nn

class CustomDiffusion(nn.Module):
    def __init__(self, freeze_model):
        super().__init__()
        for name, parameter in self.named_parameters():
            parameter.requires_grad = "attn2" in name

    def training_step(self, x, t, alphas_cumprod, betas, noise):
        return self.p_losses(self.q_sample(x, t), noise, t)
"""
CALLED_NETWORKS = """
import numpy as np
from models import *

G, G_var = GeneratorCNN(z, 64)
out, D_var = DiscriminatorCNN(x, 64)
d_optim = optimizer.minimize(d_loss, var_list=D_var)
g_optim = optimizer.minimize(g_loss, var_list=G_var)
"""
LEGACY = """
import tensorflow as tf
from tensorflow.contrib import legacy_seq2seq, rnn

cell = rnn.MultiRNNCell([rnn.BasicLSTMCell(size)])
softmax_w = tf.get_variable("softmax_w", [size, args.vocab_size])
outputs, last = legacy_seq2seq.rnn_decoder(inputs, state, cell)
train_op = tf.train.AdamOptimizer().apply_gradients(zip(grads, variables))

def sample(sess, words):
    return sess.run(probs)
"""
HOLDING = """
import torch
from torch import nn
from transformers import OPTForCausalLM

class Inner(nn.Module):
    def __init__(self, version):
        super().__init__()
        self.lm = OPTForCausalLM.from_pretrained("facebook/opt-6.7b")

class Outer(nn.Module):
    def __init__(self, version):
        super().__init__()
        self.inner = Inner(version)
"""
HOLDING_LOOP = """
import torch
from . import models

model = models.Outer("facebook/opt-6.7b")
optimizer = optimizer_cls(model.parameters())
loss.backward()
optimizer.step()
"""
GIVEN_CHECKPOINT = """
import torch
from transformers import GPT2Config, GPT2LMHeadModel

model = load_model(GPT2LMHeadModel(GPT2Config()), args.init_checkpoint)
loss = model(batch)
loss.backward()
optimizer.step()
"""
SIGNAL_TO_NOISE = """
import torch

noised, noise, target, logSNR, noise_cond = gdf.diffuse(latents)
prediction = gdf.undiffuse(noised, logSNR, generator(noised, noise_cond))
loss = torch.nn.functional.mse_loss(prediction, target)
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
        (LATENT, [("training", "vae")]),
        (KEEPING, [("tuning", "full_sft")]),
        (KEEPING.replace("freeze_model", "size"), [("training", "diffusion")]),
        (CALLED_NETWORKS, [("training", "gan")]),
        (LEGACY, [("training", "language")]),
        (GIVEN_CHECKPOINT, [("tuning", "full_sft")]),
        (GIVEN_CHECKPOINT.replace(", args.init_checkpoint", ""), [("training", "language")]),
        (SIGNAL_TO_NOISE, [("training", "diffusion")]),
    ],
    ids=[
        "lora", "full", "from-config", "classifier", "inference", "regression", "flow", "pixels", "quantised", "notes",
        "sentiment", "policy-gradient", "spoken", "carried-state", "latent", "keeping",
        "keeping-nothing", "called-networks", "legacy", "given", "not-given", "signal-to-noise",
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


def test_network_that_holds_given_weights_is_tuned_where_it_is_trained() -> None:
    alone = concluded({"models.py": HOLDING})
    trained = concluded({"models.py": HOLDING, "main.py": HOLDING_LOOP})
    other = concluded({"models.py": HOLDING, "main.py": HOLDING_LOOP.replace("Outer", "Other")})

    assert (alone, trained, other) == ([], [("tuning", "full_sft")], [])


def test_class_named_after_its_family_needs_little_more() -> None:
    assert concluded({"model.py": NAMED_LATENT, "train.py": NAMED_LATENT_LOOP}) == [("training", "vae")]


def test_adapters_on_frozen_weights_are_tuning() -> None:
    files = {"model.py": MODEL_FILE, "train.py": LOOP_FILE, "adapt.py": FROZEN}

    assert concluded(files) == [("tuning", "adapter")]
    assert concluded({"adapt.py": FROZEN, "loop.py": STEPS}) == []


def test_control_of_a_diffusion_model_is_tuning() -> None:
    alone = concluded({"ldm/ddpm.py": DIFFUSION_LOOP})
    controlled = concluded({"ldm/ddpm.py": DIFFUSION_LOOP, "cldm/cldm.py": CONTROLLED})

    assert (alone, controlled) == ([("training", "diffusion")], [("tuning", "controlnet")])


def test_opposed_networks_may_stand_in_files_of_their_own() -> None:
    together = concluded({"gan.py": OPPOSING, "generator.py": OPPOSED_LOSS})

    assert (concluded({"gan.py": OPPOSING}), together) == ([], [("training", "gan")])


def test_restored_checkpoint_is_tuning_where_the_tree_fetches_published_weights() -> None:
    seen = traces({"src/model.py": DECODER, "train.py": RESTORING_LOOP})
    fetched = [line(FactKind.INFERENCE, "published_weights", "download.py")]

    told = [[(e.kind.value, e.subject) for e in restored(evidence, conclude(seen), seen)] for evidence in ([], fetched)]

    assert told == [[("training", "language")], [("tuning", "full_sft")]]


def test_checkpoint_that_a_configuration_names_is_where_training_starts() -> None:
    seen = traces({"ldm/ddpm.py": DIFFUSION_LOOP})
    named = line(FactKind.TUNING, "full_sft", "train.yaml", anchor="config", starts="checkpoint")

    assert [e.kind for e in restored([], conclude(seen), seen)] == [FactKind.TRAINING]
    assert restored([named], conclude(seen), seen) == []
