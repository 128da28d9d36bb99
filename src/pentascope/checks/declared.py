"""Everything that checks say of declared resources: setting by setting, by relation, and by reading policies. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from pentascope.checks import infrastructure
from pentascope.checks.iam import JUDGES
from pentascope.checks.relations import Relations
from pentascope.model.verdict import Ground, Outcome, Strength, worded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pentascope.model.infrastructure import Configured, ResourceCheck


def grounds(resources: Iterable[Configured], checks: Iterable[ResourceCheck]) -> tuple[Ground, ...]:
    """What every check says of every resource it speaks of. Neither order matters."""
    listed, asked = tuple(resources), tuple(checks)
    plain = [check for check in asked if not _is_related(check)]
    related = [check for check in asked if _is_related(check)]
    types = {kind for check in related for kind in check.resources}
    found = list(infrastructure.grounds(listed, plain))
    if any(one.type in types for one in listed):
        relations = Relations(listed)
        for check in related:
            found += _judged(check, relations) if check.judge else _related(check, relations)
    return tuple(sorted(found, key=lambda one: (one.requirement, one.check, one.path or "", one.line or 0, one.address or "")))


def _is_related(check: ResourceCheck) -> bool:
    return bool(check.judge or check.used_by or check.companions)


def _related(check: ResourceCheck, relations: Relations) -> Iterable[Ground]:
    return infrastructure.grounds((_joined(one, check, relations) for one in _spoken_of(check, relations)), [check])


def _spoken_of(check: ResourceCheck, relations: Relations) -> Iterator[Configured]:
    for one in relations.resources:
        if one.type in check.resources and (not check.used_by or _is_used(one, check, relations)):
            yield one


def _is_used(one: Configured, check: ResourceCheck, relations: Relations) -> bool:
    return any(fnmatchcase(user.type, glob) for user in relations.users(one) for glob in check.used_by)


def _joined(one: Configured, check: ResourceCheck, relations: Relations) -> Configured:
    """The resource with what its companions set. A companion whose resource is not told leaves its part undecided."""
    if not check.companions:
        return one
    added = [
        msgspec.structs.replace(setting, path=f"{each.type}.{setting.path}", line=setting.line if each.path == one.path else one.line)
        for each in relations.users(one)
        if each.type in check.companions
        for setting in each.settings
    ]
    undecided = frozenset() if added else frozenset(each.type for each in relations.strays(one, check.companions))
    return msgspec.structs.replace(one, settings=(*one.settings, *added), unknown_roots=one.unknown_roots | undecided)


def _judged(check: ResourceCheck, relations: Relations) -> Iterator[Ground]:
    for one in _spoken_of(check, relations):
        said = JUDGES[check.judge](_joined(one, check, relations), relations)
        if said is not None:
            outcome, line, why = said
            yield Ground(
                check=check.id,
                requirement=check.requirement,
                outcome=outcome,
                strength=Strength.IAC,
                says=worded(check.says, outcome, why),
                path=one.path,
                line=line,
                address=one.address,
                is_whole=check.proves_whole or outcome is not Outcome.MET,
            )
