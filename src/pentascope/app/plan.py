"""The third job: from verdicts and a profile to the risk that is left, the order of work, and a roadmap."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from pentascope.app.assess import assess
from pentascope.app.declarations import read_declarations
from pentascope.catalogue.load import load
from pentascope.engine.assess import conditions_by_system
from pentascope.engine.require import SEEN_IN_CODE
from pentascope.engine.risk.context import Subject
from pentascope.engine.risk.plan import DRAWS, Setting
from pentascope.engine.risk.plan import plan as make_plan
from pentascope.engine.standing import standing
from pentascope.errors import ConfigurationError
from pentascope.model.declaration import Declarations
from pentascope.model.profile import OrganisationProfile, Profile, SystemProfile

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from pentascope.engine.standing import Standing
    from pentascope.model.plan import Plan
    from pentascope.model.posture import AssessmentResult


def plan(
    *targets: str | os.PathLike[str],
    declarations: str | os.PathLike[str] | None = None,
    policy: str | os.PathLike[str] | None = None,
    results: Sequence[str] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    seed: int = 1,
    draws: int = DRAWS,
    jobs: int | None = None,
    use_cache: bool = True,
    today: dt.date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Plan:
    """Assess, then rank and schedule what is missing by the risk that it would remove.

    The profile is `[profile]` and `[systems.profile]` of the file that `declarations` names; what it leaves out is unknown.
    Raises: what `assess` raises; ConfigurationError for a profile that cannot be used.
    """
    day = today or dt.datetime.now(dt.UTC).date()
    found = assess(
        *targets, declarations=declarations, policy=policy, results=results, include=include, exclude=exclude, jobs=jobs,
        use_cache=use_cache, today=day, progress=progress,
    )  # fmt: skip
    said, demanded_by = read_declarations(declarations, policy) if declarations is not None else (Declarations(), None)
    word = standing(said, demanded_by, day)
    organisation = said.profile or OrganisationProfile()
    subjects = _subjects(found, word)
    profile = Profile(organisation=organisation, systems={each.name: each.profile for each in subjects if each.profile != SystemProfile()})
    catalogue = load()
    setting = Setting(profile, catalogue.risk, catalogue.matrix.requirements, day, catalogue.version, seed, draws)
    try:
        return make_plan(subjects, setting)
    except ValueError as error:
        raise ConfigurationError(f"{declarations or 'profile'}: {error}", hint="Correct the value.") from error


def _subjects(found: AssessmentResult, word: Standing) -> tuple[Subject, ...]:
    """The systems that run, as the risk model sees them."""
    shown = conditions_by_system(found.scan.systems, found.scan.evidence)
    subjects = []
    for system in found.scan.systems:
        profile, owner = word.profile_of(system)
        answers = {
            **dict.fromkeys(SEEN_IN_CODE, False),
            **word.conditions_of(system),
            **dict.fromkeys(shown[system.id], True),
        }
        subjects.append(
            Subject(
                id=system.id,
                name=system.name,
                scopes=frozenset(each.scope for each in system.scopes),
                conditions=answers,
                agentic=system.agentic.scope if system.agentic is not None else None,
                profile=profile or SystemProfile(),
                verdicts=tuple(verdict for verdict in found.verdicts if verdict.system == system.id),
                owner=owner,
            )
        )
    return tuple(subjects)
