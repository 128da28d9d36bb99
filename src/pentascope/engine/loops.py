"""Where a file changes the parameters of a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pentascope.model.unit import Call, Unit

TRAINERS = re.compile(r"(?:\w*Trainer|\w*TrainerV\d)")


def training_loop(unit: Unit) -> tuple[int, bool, tuple[str, ...]]:
    """Where parameters are changed: a trainer, a backward pass with a step, a fit, a gradient tape."""
    tails: dict[str, list[Call]] = {}
    for call in unit.calls:
        tails.setdefault(call.callee.rpartition(".")[2], []).append(call)
    subclasses = {c.name for c in unit.classes if any(TRAINERS.fullmatch(b.rpartition(".")[2]) for b in c.bases)}
    trainers = [
        call
        for call in unit.calls
        for tail in [call.callee.rpartition(".")[2]]
        if (TRAINERS.fullmatch(tail) and call.is_resolved and not _is_lightning(call)) or tail in subclasses
    ]
    if trainers:
        return trainers[0].line, True, tuple(sorted({c.function for c in trainers if c.function}))
    if "backward" in tails and ("step" in tails or "apply_gradients" in tails):
        loops = tails["backward"]
        return loops[0].line, False, tuple(sorted({call.function for call in loops if call.function}))
    lightning = next((c for c in unit.classes if "training_step" in c.methods), None)
    if lightning is not None:
        return lightning.line, False, ()
    for tail in ("apply_gradients", "train_on_batch", "fit_generator", "minimize"):
        if tail in tails:
            return tails[tail][0].line, False, tuple(sorted({c.function for c in tails[tail] if c.function}))
    if "gradients" in tails and "trainable_variables" in tails:
        loops = tails["gradients"]
        return loops[0].line, False, tuple(sorted({call.function for call in loops if call.function}))
    fits = [call for call in tails.get("fit", ()) if _is_deep(unit)]
    if fits:
        return fits[0].line, False, tuple(sorted({call.function for call in fits if call.function}))
    if {"value_and_grad", "grad"} & unit.marks and "apply_updates" in unit.marks | set(tails):
        place = (tails.get("apply_updates") or tails.get("value_and_grad") or unit.calls)[0]
        return place.line, False, (place.function,) if place.function else ()
    return 0, False, ()


def _is_lightning(call: Call) -> bool:
    return call.callee.startswith(("pytorch_lightning", "lightning", "L.", "pl."))


def _is_deep(unit: Unit) -> bool:
    return any(e.path.partition(".")[0] in {"keras", "tensorflow", "pytorch_lightning", "lightning", "tf_keras"} for e in unit.imports)
