"""What is trained from what: tells a fine-tuned model from a self-trained one by where the trained object comes from.

`trace` reduces one Python unit to what matters; `conclude` joins the traces of a tree (a loop in `train.py`, the model
class in `model.py`) into evidence. File names decide nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pentascope.engine.families import REINFORCEMENT, family_of_class, family_of_file
from pentascope.engine.loops import TRAINERS, training_loop
from pentascope.engine.objectives import beside, opposed
from pentascope.engine.restored import ADAPTERS, GIVEN, IMAGE_METHODS, IMAGE_WORDS, hand_adapters, keeps_a_part
from pentascope.model.evidence import Confidence, Evidence, FactKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.model.unit import Call, Unit

GENERATIVE = re.compile(
    r"\w*(?:ForCausalLM|LMHeadModel|ForConditionalGeneration|ForSeq2SeqLM|Seq2SeqLM|ForVision2Seq|ForImageTextToText"
    r"|ForSpeechSeq2Seq|ForTextToWaveform|ForTextToSpectrogram|DoubleHeadsModel|CausalLM|LanguageModel|ForPreTraining"
    r"|FastModel|FastVisionModel|SpeechT5\w*|Musicgen\w*)\w*"
)
DIFFUSION = re.compile(r"(?:UNet\w*|\w*Transformer[23]D\w*|\w*DiTModel|DiT\w*|\w*Unet\w*|\w*DiffusionModel|\w*DiffusionPipeline|\w*Pipeline\w*|ControlNet\w*Model)")
DISCRIMINATIVE = re.compile(
    r"\w*(?:ForSequenceClassification|ForTokenClassification|ForQuestionAnswering|ForMultipleChoice|ForImageClassification"
    r"|ForObjectDetection|ForMaskedLM|ForMaskedImage\w*|ForNextSentence\w*|ForAudioClassification|ForCTC|SentenceTransformer|CrossEncoder"
    r"|ForSemanticSegmentation|ForVideoClassification|SetFitModel|ForRegression)\w*"
)
IGNORED = re.compile(r"\w*(?:Tokenizer|Processor|Config|FeatureExtractor|Scheduler|Autoencoder\w*|VAE|TextModel\w*|Encoder|ImageProcessor)\w*")
LIBRARIES = frozenset(
    """torch tensorflow tf_keras keras jax flax haiku equinox optax paddle mindspore mlx tinygrad transformers diffusers peft
    trl accelerate deepspeed unsloth lightning pytorch_lightning fastai megatron nemo composer colossalai torchtune litgpt
    simpletransformers sentence_transformers setfit bigdl torch_xla apex xformers numpy""".split()
)
"""Import roots without one of which a file trains nothing."""
ADAPTER_CALLS = frozenset(
    {"LoraConfig", "get_peft_model", "add_adapter", "IA3Config", "PrefixTuningConfig", "PromptTuningConfig", "inject_adapter_in_model",
     "LoraModel", "AdaLoraConfig", "inject_trainable_lora", "inject_trainable_lora_extended"}
)  # fmt: skip
FOREIGN_WEIGHTS = re.compile(r"download\w*_?(?:gpt|llama|qwen|gemma|weights|pretrained)\w*|load_weights_into_\w+|load_hf_\w+|from_hf\w*|load_pretrained_weights\w*")
OPTIMIZERS = re.compile(r"\w*(?:Adam\w*|SGD|RMSprop|Adagrad|Adafactor|Lion|Muon|Sophia\w*|FusedAdam|configure_optimizers|get_optimizer|Optimizer)")
PREFERENCE_LOSSES = frozenset({"dpo_loss", "compute_dpo_loss", "preference_loss"})
OPTIONAL_ADAPTER = frozenset({"use_lora", "lora_enable", "use_peft", "enable_lora", "use_qlora", "full_finetune"})
"""Switches by which a script tunes either an adapter or all parameters."""
GENERIC_FUNCTIONS = frozenset({"main", "train", "fit", "step", "forward", "run", "__init__", "training_step", "setup", "load", "build", "call"})
"""Names that so many files give to a function that they join nothing."""
_PARAMETERS = re.compile(r"([A-Za-z_][\w.]*)\.(?:named_)?parameters\(")


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model object of a file: how it came to be. `origin` is pretrained | initialised | unknown."""

    names: tuple[str, ...]
    symbol: str
    kind: str  # generative | diffusion | discriminative | own
    origin: str
    line: int
    identifier: str | None = None
    function: str | None = None  # in which it is made


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """What one file does with trainable models."""

    path: str
    role: Role
    models: tuple[Model, ...] = ()
    trained: tuple[str, ...] = ()  # names of the objects that a trainer or an optimizer gets
    loop_line: int = 0  # where parameters change; 0 = nowhere in this file
    loop_is_trainer: bool = False
    loop_functions: tuple[str, ...] = ()
    called: tuple[str, ...] = ()  # local or unknown functions and classes that are called
    origins: tuple[tuple[str, str], ...] = ()  # called name, module of this tree that it is imported from
    imports: tuple[str, ...] = ()  # modules of this tree, by last name
    defines: tuple[tuple[str, str, int], ...] = ()  # generative module classes: name, family, line
    family: str | None = None  # what the whole file looks like: language | diffusion | gan | vae
    family_line: int = 0
    adapter_line: int = 0
    hand_adapter_line: int = 0
    foreign_line: int = 0
    holders: tuple[tuple[str, Model], ...] = ()  # own classes that hold a model, by name
    load_line: int = 0  # where a checkpoint is read into a model
    marks: tuple[str, ...] = ()
    words: tuple[tuple[int, str], ...] = ()  # the source of every line that evidence may name

    def lines(self) -> set[int]:
        """The lines that evidence about this file may stand at."""
        named = {self.loop_line, self.family_line, self.adapter_line, self.hand_adapter_line, self.foreign_line, self.load_line, 1}
        return (named | {model.line for model in self.models} | {line for _, _, line in self.defines}) - {0}


def trace(unit: Unit) -> list[Trace]:
    """The trace of a unit, if it has anything to do with training."""
    if unit.language != "python" or not any(entry.path.partition(".")[0] in LIBRARIES for entry in unit.imports):
        return []
    models = tuple(_models(unit))
    loop_line, is_trainer, functions = training_loop(unit)
    defines = tuple(_definitions(unit))
    marks = frozenset(unit.marks)
    adapter = next((call.line for call in unit.calls if call.callee.rpartition(".")[2] in ADAPTER_CALLS), 0)
    hand = next((c.line for c in unit.classes if "lora" in c.name.lower() and _is_module(c.bases)), 0)
    foreign = next((c.line for c in unit.calls if FOREIGN_WEIGHTS.fullmatch(c.callee.rpartition(".")[2])), 0)
    family, family_line = family_of_file(unit, marks)
    if not (models or loop_line or defines or hand or family or marks & (IMAGE_WORDS | ADAPTERS) or marks >= {"Generator", "Discriminator"}):
        return []
    return [
        Trace(
            path=unit.path,
            role=unit.role,
            models=models,
            trained=tuple(_trained(unit)),
            loop_line=loop_line,
            loop_is_trainer=is_trainer,
            loop_functions=functions,
            imports=tuple(sorted({part for entry in unit.imports if entry.path.startswith(".") for part in entry.path.strip(".").split(".")}))[:200],
            origins=tuple(sorted(_origins(unit)))[:200],
            called=tuple(sorted({call.callee.rpartition(".")[2] for call in unit.calls if _is_own(call)}))[:200],
            defines=defines,
            holders=tuple(_holders(unit, models)),
            family=family,
            family_line=family_line,
            adapter_line=adapter,
            hand_adapter_line=hand,
            foreign_line=foreign,
            load_line=next((c.line for c in unit.calls if c.callee.rpartition(".")[2] == "load_state_dict"), 0),
            marks=tuple(sorted(marks)),
        )
    ]


def _origins(unit: Unit) -> set[tuple[str, str]]:
    """Which module of the tree each imported function comes from, as (name, last part of the module)."""
    parts = [entry.path.strip(".").split(".") for entry in unit.imports if entry.path.startswith(".")]
    return {(path[-1], path[-2]) for path in parts if len(path) > 1}


def _is_own(call: Call) -> bool:
    return not call.is_resolved or call.callee.startswith(".") or "." not in call.callee or call.callee.partition(".")[0].islower()


def _is_module(bases: Iterable[str]) -> bool:
    return any(base.endswith(("Module", "Layer", "Model", "Linear", "PreTrainedModel")) for base in bases)


def _models(unit: Unit) -> Iterable[Model]:
    for call in unit.calls:
        parts = [part for part in re.split(r"[./]", call.callee) if part]
        if not parts:
            continue
        index = next((i for i, part in enumerate(parts) if part in {"from_pretrained", "from_config", "from_single_file"}), None)
        symbol = parts[index - 1] if index else parts[-1]
        method = parts[index] if index is not None else ""
        if index is not None and index < len(parts) - 1 and parts[-1] not in {"to", "cuda", "half", "eval", "train"}:
            continue
        kind = _kind(symbol, is_library=call.is_resolved and not call.callee.startswith("."))
        if kind is None or (index is None and kind == "own"):
            continue
        if index is None and not _is_construction(symbol, call):
            continue
        if index is None and symbol.endswith(("Pipeline", "Trainer")):
            continue
        argument = call.argument("0", "pretrained_model_name_or_path", "model_name", "model_name_or_path", "model_id")
        texts = argument.texts if argument else ()
        yield Model(
            names=tuple(name.strip() for name in (call.target or "").strip("()").split(",") if name.strip()),
            symbol=symbol,
            kind=kind,
            origin="initialised" if method in {"", "from_config"} else "pretrained",
            line=call.line,
            identifier=next((text for text in texts if text), None),
            function=call.function,
        )


def _holders(unit: Unit, models: Sequence[Model]) -> Iterable[tuple[str, Model]]:
    """The network classes of a file that load a generative model as a part of themselves, and those that hold such a class."""
    networks = [definition for definition in unit.classes if _is_module(definition.bases)]
    held: dict[str, Model] = {}
    for model in models:
        if model.origin == "pretrained" and model.kind == "generative" and model.function == "__init__":
            name = next((one.name for one in reversed(networks) if one.line <= model.line), None)
            held.setdefault(name, model) if name else None
    for call in unit.calls if held else ():
        if call.callee in held and call.function == "__init__":
            outer = next((one.name for one in reversed(networks) if one.line <= call.line), call.callee)
            held.setdefault(outer, held[call.callee])
    return sorted(held.items())


def _is_construction(symbol: str, call: Call) -> bool:
    """Whether a call makes a generative model with random weights: a U-Net of one's own is told by its file, not its name."""
    if DIFFUSION.fullmatch(symbol):
        return call.callee.startswith("diffusers.")
    return symbol[:1].isupper() and GENERATIVE.fullmatch(symbol) is not None


def _kind(symbol: str, *, is_library: bool) -> str | None:
    if DISCRIMINATIVE.fullmatch(symbol):
        return "discriminative"
    if IGNORED.fullmatch(symbol):
        return None
    if GENERATIVE.fullmatch(symbol):
        return "generative"
    if DIFFUSION.fullmatch(symbol):
        return "diffusion"
    if symbol in {"AutoModel", "BertModel", "RobertaModel"}:
        return "discriminative"
    return None if is_library else "own"


def _trained(unit: Unit) -> Iterable[str]:
    for call in unit.calls:
        tail = call.callee.rpartition(".")[2]
        if TRAINERS.fullmatch(tail) or tail in {"fit", "prepare"}:
            argument = call.argument("model", "0")
            if argument is not None and argument.source:
                yield argument.source.strip()[:80]
        if OPTIMIZERS.fullmatch(tail):
            if tail in {"configure_optimizers", "get_optimizer"}:
                yield call.callee.rpartition(".")[0]
            for argument in call.arguments:
                yield from _PARAMETERS.findall(argument.source)


def _definitions(unit: Unit) -> Iterable[tuple[str, str, int]]:
    for definition in unit.classes:
        family = family_of_class(definition, unit)
        if family is not None:
            yield definition.name, family, definition.line


# -- joining --------------------------------------------------------------------------------------------------------------


def conclude(traces: Sequence[Trace]) -> list[Evidence]:
    """The tuning and training that the files of one tree do together."""
    counted = [one for one in traces if one.role in {Role.PRODUCTION, Role.EXAMPLE}]
    classes = {name: (family, one, line) for one in counted for name, family, line in one.defines}
    loops = {name for one in counted if one.loop_line for name in one.loop_functions}
    found: list[Evidence] = []
    makers = _makers(counted)
    holders = {name: model for one in counted for name, model in one.holders}
    for one in counted:
        if _runs_loop(one, loops):
            found += _judge(one, classes, makers, holders)
    found += _driven(counted, loops, {entry.path for entry in found})
    found = _adapted_images(counted, found)
    found = found or [
        msgspec.structs.replace(_evidence(one, FactKind.TRAINING, family, line, why), confidence=Confidence.MEDIUM)
        for one, family, line, why in (*opposed(counted), *beside(counted))
    ]
    found = _by_adapters(counted, classes, found)
    if any(entry.kind is FactKind.TUNING for entry in found):
        found += [
            _evidence(one, FactKind.TUNING, "dpo", one.loop_line or one.family_line, "own preference loss")
            for one in counted
            if set(one.marks) & PREFERENCE_LOSSES and not one.defines and _runs_loop(one, loops)
        ]
    if found:
        found += [
            _evidence(one, FactKind.TUNING, "lora", one.hand_adapter_line, "own adapter layers")
            for one in counted
            if one.hand_adapter_line and any(entry.kind is FactKind.TUNING for entry in found)
        ]
    return found


def _by_adapters(traces: Sequence[Trace], classes: dict[str, tuple[str, Trace, int]], found: list[Evidence]) -> list[Evidence]:
    """Layers of one's own on given weights that stay frozen, in a tree that trains a generative model of its own class."""
    if not (classes or any(one.family for one in traces)) or not any(one.loop_line for one in traces) or any(e.kind is FactKind.TUNING for e in found):
        return found
    tuned = [_by_hand(_evidence(one, FactKind.TUNING, "adapter", one.load_line or 1, why)) for one, why in hand_adapters(traces)]
    parts = {entry.path.rpartition("/")[0].partition("/")[0] for entry in tuned}
    return [entry for entry in found if entry.path.rpartition("/")[0].partition("/")[0] not in parts] + tuned


def _runs_loop(one: Trace, loops: set[str]) -> bool:
    return bool(one.loop_line) or any(name in loops and name not in GENERIC_FUNCTIONS for name in one.called)


def _driven(traces: Sequence[Trace], loops: set[str], judged: set[str]) -> list[Evidence]:
    """Loops whose model comes in as a parameter, judged by the files that import them and by what those import.

    `experiment.py` steps the optimizer, `run.py` hands it a class of `models/`; `trainers.py` steps, `train.py` loads.
    """
    found: list[Evidence] = []
    for loop in traces:
        if loop.path in judged or not _runs_loop(loop, loops) or not loop.loop_line or loop.models or loop.family:
            continue
        drivers = [one for one in traces if one is not loop and _module(loop) in one.imports]
        models = [model for one in drivers for model in _trained_models(one)]
        pretrained = [model for model in models if model.origin == "pretrained" and model.kind in {"generative", "diffusion"}]
        if pretrained:
            base = msgspec.structs.replace(pretrained[0], line=loop.loop_line)
            why = f"trains {base.symbol} that another file loads from pretrained weights"
            found += [_evidence(loop, FactKind.TUNING, method, loop.loop_line, why, base) for method in _methods(loop, base)]
            continue
        if any(model.kind == "discriminative" for model in models) or set(loop.marks) & REINFORCEMENT:
            continue
        wanted = {name for one in drivers for name in one.imports} | set(loop.imports)
        shown = next((one for one in traces if one.family and {_module(one), _folder(one)} & wanted), None)
        if shown is not None and shown.family is not None:
            found.append(_evidence(loop, FactKind.TRAINING, shown.family, loop.loop_line, f"trains the model class of {shown.path} from random weights"))
    return found


def _module(one: Trace) -> str:
    return one.path.rpartition("/")[2].partition(".")[0]


def _folder(one: Trace) -> str:
    return one.path.rpartition("/")[0].rpartition("/")[2]


def _adapted_images(traces: Sequence[Trace], found: list[Evidence]) -> list[Evidence]:
    """Textual inversion and DreamBooth adapt an existing model by definition, whatever loads its checkpoint."""
    trains = [entry for entry in found if entry.kind is FactKind.TRAINING and entry.subject == "diffusion"]
    methods = {
        method: one
        for one in traces
        for method, words in IMAGE_METHODS.items()
        if len(set(one.marks) & words) >= 2 or (method == "textual_inversion" and "EmbeddingManager" in one.marks)
    }
    if not trains or not methods or any(entry.kind is FactKind.TUNING for entry in found):
        return found
    tuned = [
        _by_hand(_evidence(one, FactKind.TUNING, method, one.loop_line or one.family_line or 1, "adapts an existing image model"))
        for method, one in sorted(methods.items())
    ]
    return [entry for entry in found if entry not in trains] + tuned


def _makers(traces: Sequence[Trace]) -> dict[tuple[str, str], list[Model]]:
    """The functions that make models, by name and module: `init_model` in one file, the loop in another."""
    found: dict[tuple[str, str], list[Model]] = {}
    for one in traces:
        module = one.path.rpartition("/")[2].removesuffix(".py")
        for model in one.models:
            if model.function is not None:
                found.setdefault((model.function, module), []).append(model)
    return found


def _judge(one: Trace, classes: dict[str, tuple[str, Trace, int]], makers: dict[tuple[str, str], list[Model]], holders: dict[str, Model]) -> list[Evidence]:
    ready = [model for origin in one.origins if origin[0] in one.called for model in makers.get(origin, ())]
    ready = ready or [holders[name] for name in one.called if name in holders and one.loop_line]
    models = _trained_models(one) or [msgspec.structs.replace(model, line=one.loop_line) for model in ready]
    pretrained = [m for m in models if m.origin == "pretrained" and m.kind in {"generative", "diffusion"}]
    own_pretrained = [m for m in models if m.origin == "pretrained" and m.kind == "own" and m.symbol in classes]
    initialised = [m for m in models if m.origin == "initialised" and m.kind in {"generative", "diffusion"}]
    found: list[Evidence] = []
    place = one.loop_line
    if pretrained or own_pretrained:
        base = (pretrained or own_pretrained)[0]
        found += [_evidence(one, FactKind.TUNING, method, place or base.line, f"trains {base.symbol} from pretrained weights", base)
                  for method in _methods(one, base)]  # fmt: skip
    if one.foreign_line and not pretrained:
        found.append(_by_hand(_evidence(one, FactKind.TUNING, "full_sft", one.foreign_line, "trains third-party weights")))
    own = sorted(set(one.called) & classes.keys())
    if initialised and set(one.marks) & GIVEN:
        found.append(_by_hand(_evidence(one, FactKind.TUNING, "full_sft", place or initialised[0].line, f"trains {initialised[0].symbol} from a checkpoint that it is given")))
    elif initialised:
        first = initialised[0]
        family = "diffusion" if first.kind == "diffusion" else "language"
        is_other_branch = any(set(first.names) & set(base.names) for base in pretrained)
        why = f"{first.symbol} starts from random weights" + (" where no pretrained weights are named" if is_other_branch else "")
        made = _evidence(one, FactKind.TRAINING, family, first.line, why)
        found.append(msgspec.structs.replace(made, confidence=Confidence.LOW) if is_other_branch else made)
    elif not pretrained and not one.foreign_line and (own or one.family):
        family = one.family or classes[own[0]][0]
        if keeps_a_part(one):
            return [_by_hand(_evidence(one, FactKind.TUNING, "full_sft", place or 1, "trains a part of its model and keeps the rest"))]
        found.append(_evidence(one, FactKind.TRAINING, family, place or one.family_line or 1, "trains its own model class from random weights"))
    elif own_pretrained:
        found.append(_evidence(one, FactKind.TRAINING, classes[own_pretrained[0].symbol][0], place or 1, "can start from random weights"))
    if not found and any(m.kind == "discriminative" for m in models):
        found.append(_evidence(one, FactKind.CLASSICAL_TRAINING, "classifier", place or models[0].line, "trains a discriminative model"))
    return found


def _trained_models(one: Trace) -> list[Model]:
    """The models whose names a trainer or an optimizer gets; all of the file where that cannot be told."""
    names = {name.removeprefix("self.") for name in one.trained}
    named = [m for m in one.models if {n.removeprefix("self.") for n in m.names} & names]
    if named:
        return named
    return [m for m in one.models if not any("teacher" in n.lower() or n.lower() in {"ref_model", "reference_model"} for n in m.names)]


def _methods(one: Trace, base: Model) -> list[str]:
    marks = set(one.marks)
    found = []
    if base.kind == "diffusion":
        found += ["dreambooth"] if marks & {"DreamBoothDataset", "with_prior_preservation", "prior_preservation", "instance_prompt"} else []
        found += ["textual_inversion"] if marks & {"placeholder_token", "TextualInversionDataset", "placeholder_tokens"} else []
    if one.adapter_line:
        found.append("lora")
        if marks & OPTIONAL_ADAPTER:
            found.append("full_sft")
    found += ["continued_pretraining"] if "group_texts" in marks else []
    found += ["dpo"] if marks & PREFERENCE_LOSSES else []
    return found or ["full_sft"]


def _by_hand(entry: Evidence) -> Evidence:
    """No library of the hub loads these weights: a checkpoint is read into the tree's own model."""
    return msgspec.structs.replace(entry, attributes=tuple(sorted((*entry.attributes, ("loads", "own code")))))


def _evidence(one: Trace, kind: FactKind, subject: str, line: int, why: str, base: Model | None = None) -> Evidence:  # noqa: PLR0917 - a row of its table
    attributes = [("why", why)]
    if base is not None and base.identifier:
        attributes.append(("base", base.identifier))
    return Evidence(
        kind=kind,
        subject=subject,
        path=one.path,
        line=max(line, 1),
        signature="what-is-trained-from-what",
        role=one.role,
        excerpt=dict(one.words).get(max(line, 1), ""),
        value=base.identifier if base else None,
        confidence=Confidence.HIGH if one.loop_line else Confidence.MEDIUM,
        attributes=tuple(sorted(attributes)),
    )


__all__ = ["Model", "Trace", "conclude", "trace"]
