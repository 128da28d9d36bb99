"""Training whose objective stands in another file than its loop: told by what lies beside the loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pentascope.engine.training import Trace

MATHEMATICAL = frozenset({"diffusion", "flow", "vae", "autoregressive-image"})
"""Families whose objective is told by its formulae alone."""

LOSSES = frozenset({"g_loss", "gen_loss", "generator_loss", "g_cost", "loss_G", "lossG", "errG"})
"""What the literature's implementations call the loss of a generator."""


def opposed(traces: Sequence[Trace]) -> Iterable[tuple[Trace, str, int, str]]:
    """Two opposed networks that one file defines, in a tree that trains by names that its configuration gives.

    Shape: file, family, line, reason.
    """
    if not any(one.loop_line for one in traces):
        return
    for one in traces:
        if {"Generator", "Discriminator"} <= set(one.called) and any(other is not one and set(other.marks) & LOSSES and other.loop_line for other in traces):
            yield one, "gan", one.loop_line or 1, "sets a generator against a discriminator"
        if {"Generator", "Discriminator"} <= set(one.marks):
            for name, family, line in one.defines:
                if family == "gan" and name == "Generator":
                    yield one, "gan", line, "defines a generator and the discriminator that it is trained against"


def beside(traces: Sequence[Trace]) -> Iterable[tuple[Trace, str, int, str]]:
    """Loops beside the file that holds the formulae of a generative model, where no file holds both.

    Shape: file, family, line, reason.
    """
    if any(model.kind != "own" for one in traces for model in one.models):
        return
    families: dict[str, str] = {}
    for one in traces:
        if one.family in MATHEMATICAL:
            families.setdefault(_folder(one), one.family)
    for one in traces:
        family = families.get(_folder(one))
        if one.loop_line and not one.family and family is not None:
            yield one, family, one.loop_line, "trains beside the formulae of a generative model"


def _folder(one: Trace) -> str:
    return one.path.rpartition("/")[0]
