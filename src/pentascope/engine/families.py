"""Which family of generative model a file or a class implements, told by structure: what it samples, how it is built."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pentascope.model.unit import ClassDef, Unit

GROUPS: dict[str, tuple[str, ...]] = {
    "diffusion": (
        "alphas_cumprod", "alpha_cumprod", "alpha_bar", "alphas_bar", "alpha_hat", "q_sample", "p_sample", "p_losses", "p_mean_variance", "ddim_sample",
        "sqrt_one_minus_alphas_cumprod", "beta_schedule", "noise_scheduler", "add_noise", "noise_pred", "predicted_noise", "pred_noise",
        "noise_images", "diffusion_steps", "num_timesteps", "timesteps", "betas", "score_matching", "sigma_min", "velocity_field", "flow_matching",
        "DDPMScheduler", "DDIMScheduler", "GaussianDiffusion", "denoise_fn", "eps_theta", "sqrt_alphas_cumprod", "linear_beta_schedule",
        "score_fn", "VPSDE", "VESDE", "marginal_prob", "logSNR", "logsnr", "log_snr", "noised", "undiffuse", "noise_cond", "EpsilonTarget",
    ),
    "gan": (
        "generator", "discriminator", "Generator", "Discriminator", "netG", "netD", "critic", "fake_images", "real_images", "fake_loss", "real_loss",
        "gen_loss", "disc_loss", "g_loss", "d_loss", "errD", "errG", "generator_loss", "discriminator_loss", "gradient_penalty", "adversarial_loss",
        "build_generator", "build_discriminator", "make_generator_model", "make_discriminator_model", "generator_optimizer", "discriminator_optimizer",
        "lossG", "lossD", "loss_G", "loss_D", "optimizerG", "optimizerD", "optimizer_G", "optimizer_D", "fake_B", "netG_A2B", "generator_g",
    ),
    "vae": (
        "reparameterize", "reparametrize", "reparameterise", "reparameterization", "kl_loss", "kld_loss", "KLD", "z_mean", "z_log_var", "logvar", "log_var", "latent_dim",
        "vq_loss", "VectorQuantizer", "codebook", "recon_loss", "reconstruction_loss", "kl_div", "elbo", "fc_mu", "fc_var", "vector_quantizer", "commitment_cost",
        "VQVAE", "vqvae", "VectorQuantizedVAE", "VectorQuantizerEMA", "num_embeddings", "x_recon", "recon_error", "vq_output",
        "z_stddev", "z_std", "z_sigma", "z_logvar", "z_log_sigma", "z_log_sigma_sq", "z_mu", "n_z", "latent_loss", "latent_size", "logv", "KL_loss", "KL_weight",
        "kl_weight", "kl_annealing", "guessed_z",
    ),
    "flow": (
        "logdet", "log_det", "logdets", "sum_logdets", "log_abs_det_jacobian", "sum_log_abs_det_jacobians", "log_det_jacobian", "logdet_jacobian", "log_det_J", "log_jacob",
        "ActNorm", "Actnorm", "actnorm", "Invertible1x1Conv", "InvertibleConv1x1", "invertible_1x1_conv", "AffineCoupling", "CouplingLayer", "AffineCouplingLayer",
        "LinearMaskedCoupling", "RealNVP", "NormalizingFlow", "NormalizingFlowModel", "PlanarFlow", "RadialFlow", "MaskedAutoregressiveFlow", "FlowSequential", "MADE",
        "base_dist", "revnet2d", "squeeze2d", "split2d", "bits_x",
    ),
    "audio": (
        "WaveNet", "WaveNetModel", "WaveRNN", "wavenet", "mu_law_encode", "mu_law_decode", "dilations", "quantization_channels", "Tacotron", "Tacotron2", "mel_outputs",
        "mel_outputs_postnet", "gate_outputs",
    ),
    "autoregressive-image": (
        "PixelCNN", "pixelcnn", "PixelCNNPP", "GatedPixelCNN", "PixelSNAIL", "pixel_cnn", "PixelRNN", "discretized_mix_logistic_loss", "discretized_mix_logistic",
        "sample_from_discretized_mix_logistic", "nr_logistic_mix", "down_shifted_conv2d", "MaskedConv2d", "MaskedConv2D", "bits_per_dim", "mask_type",
    ),
    "language": (
        "vocab_size", "block_size", "n_embd", "n_head", "context_length", "multinomial", "tril", "triu", "causal_mask", "is_causal", "max_new_tokens",
        "stoi", "itos", "char_to_ix", "ix_to_char", "char2idx", "idx2char", "char_to_idx", "idx_to_char", "char_indices", "indices_char", "char2int", "int2char", "next_token",
        "CausalSelfAttention", "lm_head", "tok_emb", "pos_emb", "wte", "wpe", "top_k", "temperature", "n_vocab", "seq_len", "LSTM", "GRU", "char_rnn", "all_characters",
        "n_characters", "vocab", "hidden_size", "generate", "n_chars", "chars", "sample", "LSTMCell", "BasicLSTMCell", "GRUCell", "BasicRNNCell", "MultiRNNCell",
        "legacy_seq2seq", "SimpleRNN", "Bidirectional", "band_part", "context_size", "repackage_hidden", "bptt", "ntokens", "RNNModel", "CausalTransformer", "CausalTransformerShard", "n_ctx", "n_layer",
    ),
}  # fmt: skip
"""Words of code (identifiers only) that the literature's implementations share."""

STRONG: dict[str, frozenset[str]] = {
    "diffusion": frozenset(
        {"alphas_cumprod", "alpha_cumprod", "alpha_bar", "alphas_bar", "alpha_hat", "q_sample", "p_sample", "p_losses", "ddim_sample", "noise_scheduler",
         "DDPMScheduler", "GaussianDiffusion", "predicted_noise", "noise_pred", "noise_images", "sqrt_one_minus_alphas_cumprod", "flow_matching", "linear_beta_schedule", "score_fn", "VPSDE", "VESDE", "marginal_prob", "logSNR", "logsnr", "log_snr", "undiffuse"}
    ),
    "gan": frozenset(
        {"fake_loss", "real_loss", "gen_loss", "disc_loss", "g_loss", "d_loss", "errD", "errG", "generator_loss", "discriminator_loss", "gradient_penalty",
         "adversarial_loss", "generator_optimizer", "discriminator_optimizer", "lossG", "lossD", "loss_G", "loss_D", "optimizerG", "optimizerD", "optimizer_G",
         "optimizer_D", "netG", "netD", "make_generator_model", "build_generator"}
    ),
    "vae": frozenset({"reparameterize", "reparametrize", "reparameterise", "z_log_var", "kld_loss", "KLD", "VectorQuantizer", "vq_loss", "elbo", "kl_loss", "vector_quantizer",
                      "commitment_cost", "VQVAE", "vqvae", "VectorQuantizedVAE", "VectorQuantizerEMA",
                      "z_stddev", "z_logvar", "z_log_sigma", "z_log_sigma_sq"}),
    "flow": frozenset(GROUPS["flow"]) - {"base_dist", "squeeze2d", "split2d", "bits_x"},
    "audio": frozenset({"WaveNet", "WaveNetModel", "WaveRNN", "Tacotron", "Tacotron2", "mu_law_encode", "mel_outputs_postnet"}),
    "autoregressive-image": frozenset(GROUPS["autoregressive-image"]) - {"MaskedConv2d", "MaskedConv2D", "bits_per_dim", "mask_type"},
    "language": frozenset(
        {"stoi", "char_to_ix", "char2idx", "char_to_idx", "char_indices", "char2int", "max_new_tokens", "CausalSelfAttention", "lm_head", "n_embd", "block_size", "multinomial",
         "causal_mask", "all_characters", "context_length", "tril", "is_causal", "idx_to_char", "int2char", "indices_char"}
    ),
}  # fmt: skip

MARKERS = re.compile(
    (r"\b(?:" + "|".join(sorted({word for words in GROUPS.values() for word in words} | {
        "DreamBoothDataset", "with_prior_preservation", "prior_preservation", "instance_prompt", "placeholder_token", "placeholder_tokens",
        "TextualInversionDataset", "dpo_loss", "compute_dpo_loss", "preference_loss", "value_and_grad", "grad", "apply_updates", "cross_entropy", "CrossEntropyLoss",
        "mse_loss", "MSELoss", "BCELoss", "BCEWithLogitsLoss", "randn_like", "n_actions", "action_space", "observation_space", "replay_buffer", "num_classes", "single_action_space", "single_observation_space",
        "gymnasium", "gym", "envs", "episodic_return", "num_envs",
        "SparseCategoricalCrossentropy", "CategoricalCrossentropy", "sparse_categorical_crossentropy", "categorical_crossentropy", "softmax_cross_entropy_with_integer_labels", "env",
        "group_texts", "use_lora", "lora_enable", "use_peft", "enable_lora", "use_qlora", "full_finetune", "reg_data_root", "class_word", "PersonalizedBase", "reg_dataset",
        "actual_resume", "placeholder_string", "initializer_words", "initializer_word", "EmbeddingManager", "embedding_manager",
        "ControlLDM", "ControlNet", "ControlledUnetModel", "control_model", "control_stage_config", "input_hint_block", "sd_locked", "only_mid_control",
        "requires_grad", "requires_grad_", "load_state_dict", "restore", "adapter_len", "adapter_layer", "adapter_query", "adapter_dim", "adapter_size",
        "adapter_params", "prefix_len", "prefix_length", "prefix_tokens", "soft_prompt", "n_prefix", "lora_A", "lora_B", "lora_rank", "lora_alpha",
        "mark_only_lora_as_trainable", "freeze_model", "unfreeze_model", "freeze_unet", "freeze_lm", "freeze_llm", "freeze_base_model", "trainable_modules",
        "init_checkpoint", "init_ckpt", "pretrained_checkpoint", "pretrained_ckpt", "pretrained_weights", "pretrained_model_path",
    }, key=len, reverse=True)) + r")\b").encode()
)  # fmt: skip
"""Every word that a parser looks up among the identifiers of a file that imports a training library."""

REINFORCEMENT = frozenset(
    {"n_actions", "action_space", "observation_space", "replay_buffer", "single_action_space", "single_observation_space", "gymnasium", "gym", "envs",
     "episodic_return", "num_envs"}
)  # fmt: skip


def family_of_file(unit: Unit, marks: frozenset[str]) -> tuple[str | None, int]:
    """The family that the identifiers of one file agree on, and a line that shows it."""
    if len(marks & REINFORCEMENT) >= 2:
        return None, 0
    scores = {name: len(marks & set(words)) + 2 * len(marks & STRONG[name]) for name, words in GROUPS.items()}
    if not _is_two_player(unit, marks):
        scores["gan"] = 0
    if not (marks & STRONG["vae"] and len(marks & set(GROUPS["vae"])) >= 3):
        scores["vae"] = 0
    if not _samples_tokens(unit, marks) and not _predicts_vocabulary(unit, marks):
        scores["language"] = 0
    for name, least in (("flow", 3), ("autoregressive-image", 2), ("audio", 2)):
        if not (marks & STRONG[name] and len(marks & set(GROUPS[name])) >= least):
            scores[name] = 0
    steps = len(marks & STRONG["diffusion"])
    if not (steps and steps + len(marks & set(GROUPS["diffusion"])) >= 5):
        scores["diffusion"] = 0
    best = max(scores, key=lambda name: scores[name])
    if not scores[best]:
        return None, 0
    if scores["vae"] and best == "language" and "vocab_size" not in marks:
        best = "vae"
    return best, _line(unit)


def _line(unit: Unit) -> int:
    modules = [definition.line for definition in unit.classes if _is_network(definition)]
    return modules[0] if modules else (unit.classes[0].line if unit.classes else 1)


def _is_two_player(unit: Unit, marks: frozenset[str]) -> bool:
    names = {word.lower() for word in marks} | {c.name.lower() for c in unit.classes} | {f.value.lower() for f in unit.functions}
    names |= {call.callee.rpartition(".")[2].lower() for call in unit.calls if "enerator" in call.callee or "iscriminator" in call.callee}
    makes = any("generator" in name or name == "netg" for name in names)
    judges = any("discriminator" in name or "critic" in name or name == "netd" for name in names)
    return makes and judges and len(marks & STRONG["gan"]) >= 1


def _samples_tokens(unit: Unit, marks: frozenset[str]) -> bool:
    """A model of sequences that is sampled from: a vocabulary, an autoregressive structure, and generation."""
    functions = {f.value.lower() for f in unit.functions}
    generates = bool({"multinomial", "max_new_tokens"} & marks) or any(
        name.startswith(("generate", "sample")) or name in {"predict_next", "gen_text"} for name in functions
    )
    vocabulary = bool(
        {"vocab_size", "n_vocab", "vocab", "stoi", "char_to_ix", "char2idx", "char_to_idx", "char_indices", "char2int", "all_characters", "n_characters", "chars", "n_chars", "indices_char"} & marks
    )
    autoregressive = bool(
        {"tril", "triu", "causal_mask", "is_causal", "CausalSelfAttention", "block_size", "context_length", "LSTM", "GRU", "char_to_ix", "stoi", "lm_head", "wte", "n_embd", "LSTMCell",
         "BasicLSTMCell", "GRUCell", "BasicRNNCell", "MultiRNNCell", "SimpleRNN", "indices_char"} & marks
    )
    return generates and vocabulary and autoregressive and len(marks & (STRONG["language"] | {"chars", "legacy_seq2seq"})) >= 1


def _predicts_vocabulary(unit: Unit, marks: frozenset[str]) -> bool:
    """A causal network with one output for each word, character or note, or one that carries its state from text to text."""
    if "repackage_hidden" in marks and marks & {"bptt", "ntokens", "RNNModel"}:
        return True
    if len(marks & _DECODER) >= 4:
        return True
    if not marks & _CAUSAL_LAYERS or marks & {"num_classes"}:
        return False
    layers = (call for call in unit.calls if call.callee.rpartition(".")[2] == "Dense")
    widths = (argument.source for call in layers if (argument := call.argument("units", "0")) is not None)
    return any(_VOCABULARY_WIDTH.fullmatch(width.strip()) for width in widths)


_DECODER = frozenset({"wte", "wpe", "n_embd", "n_head", "n_vocab", "n_ctx"})
"""Names that the implementations of GPT-2 share, whatever library they are written with."""
_CAUSAL_LAYERS = frozenset({"LSTM", "GRU", "SimpleRNN", "band_part", "tril", "triu", "causal_mask"})
_VOCABULARY_WIDTH = re.compile(
    r"(?:self\.|len\()?(?:n_vocab|vocab|vocab_size|vocab_len|vocabulary|vocabulary_size|n_chars|num_chars|chars|total_words|n_words|num_words|num_decoder_tokens|n_notes|n_pitches)\)?"
)


def _is_network(definition: ClassDef) -> bool:
    return any(base.rpartition(".")[2] in _NETWORK_BASES or base.endswith("PreTrainedModel") for base in definition.bases)


_NETWORK_BASES = frozenset({"Module", "LightningModule", "Model", "PreTrainedModel", "GenerationMixin", "Block", "Cell", "FlaxPreTrainedModel"})
_NAMES = (
    ("diffusion", re.compile(r"(?:\w*Diffusion\w*|DDPM\w*|DDIM\w*|\w*U[Nn]et\w*|\w*DiT\w*|\w*Denois\w*)")),
    ("gan", re.compile(r"(?:\w*Generator\w*|\w*GAN)")),
    ("vae", re.compile(r"(?:\w*VAE\w*|\w*VariationalAuto\w*)")),
    ("language", re.compile(r"(?:\w*GPT\w*|\w*LLM\w*|\w*LanguageModel\w*|\w*CausalLM|\w*LMHead\w*|\w*CharRNN\w*|\w*Llama\w*|Transformer(?:LM|Model)?|CausalTransformer\w*|Bigram\w*)")),
)  # fmt: skip


def family_of_class(definition: ClassDef, unit: Unit) -> str | None:
    """The family of a network class: by what its file does, and by the name it bears where the file agrees."""
    if not _is_network(definition):
        return None
    if any(base.rpartition(".")[2] == "GenerationMixin" for base in definition.bases) or (
        definition.name.endswith(("ForCausalLM", "LMHeadModel")) and any(b.endswith("PreTrainedModel") for b in definition.bases)
    ):
        return "language"
    marks = frozenset(unit.marks)
    if len(marks & REINFORCEMENT) >= 2:
        return None
    for family, pattern in _NAMES:
        if not pattern.fullmatch(definition.name):
            continue
        shared = len(marks & set(GROUPS[family]))
        if shared >= 3 or (family in {"gan", "vae"} and shared >= 2):
            return family
    return None
