"""Resources as infrastructure code declares them, and the checks that are made on them."""

from __future__ import annotations

import msgspec

UNTOLD = "\N{HORIZONTAL ELLIPSIS}"
"""Stands in `Setting.shape` for what the code does not tell."""


class Setting(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One scalar of a resource under its dotted path.

    `value` is None where the code does not tell it (a variable without default, a call); then `why` says what it hangs on,
    `refers` names the resource that it is taken from, and `shape` is what is known of its text, with `UNTOLD` for the rest.
    `is_given` is true where something is handed over, even if its value is not known: a reference to a key is a key.
    """

    path: str
    value: str | None
    line: int
    is_given: bool = True
    why: str = ""
    refers: str = ""
    shape: str = ""


class Configured(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """One declared resource. `address` is how its own language names it: `aws_bedrockagent_agent.a`."""

    type: str
    address: str
    path: str
    line: int
    settings: tuple[Setting, ...]
    unknown_roots: frozenset[str] = frozenset()  # first words of paths that are made at run time (dynamic blocks)


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not stored."""


class ResourceCheck(_Entry, frozen=True, kw_only=True):
    """One good state of one kind of resource, the same in every language that can declare it.

    `paths` are alternatives (globs) for where the setting stands; any one that fits is read. `want` are values (globs,
    `>=N`), or empty where it is enough that something is given. `default` is what the provider takes when nothing is said:
    without it, absence is the gap. `only_if` narrows to resources with such a setting; others are not spoken of. `unless`
    spares resources all of whose settings there are such: they are fine as they are. In a glob, bars stand between
    alternatives, and `!` before it means none of them; `@name` in a list stands for the globs of that `[[group]]`.

    `used_by` narrows to resources that one of these types (globs) refers to. `companions` are types that configure the
    resource from outside: what they set counts as set under `TYPE.path`. `judge` names a module's reading of policies,
    where settings one by one cannot tell; it needs no paths.
    """

    id: str
    requirement: str  # code
    resources: tuple[str, ...]
    paths: tuple[str, ...] = ()
    judge: str = ""
    used_by: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()
    want: tuple[str, ...] = ()
    default: str | None = None
    is_default_known: bool = True  # false where it differs between versions of the provider: absence is then unknown
    only_if: dict[str, tuple[str, ...]] = {}
    unless: dict[str, tuple[str, ...]] = {}
    peers: tuple[str, ...] = ()  # the same check in other tools
    proves_whole: bool = False  # true where this alone is the requirement, for that resource
    says: str
    source: str  # where the setting is documented
