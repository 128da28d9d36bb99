"""Conditions of requirements and scenarios that a profile answers without being asked for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pentascope.model.profile import DataClass, Exposure, Jurisdiction, Regime
from pentascope.model.requirement import Condition

if TYPE_CHECKING:
    from pentascope.model.profile import OrganisationProfile, SystemProfile

_PERSONAL = frozenset({DataClass.PERSONAL, DataClass.SPECIAL_PERSONAL, DataClass.HEALTH, DataClass.PAYMENT})
_EUROPEAN = frozenset({Regime.EU_AI_ACT, Regime.GDPR, Regime.DORA, Regime.NIS2})


def implied(organisation: OrganisationProfile, system: SystemProfile) -> dict[Condition, bool]:
    """What holds and what does not; what the profile does not tell is left out."""
    found: dict[Condition, bool] = {}
    if system.data is not None:
        found[Condition.PERSONAL_DATA] = not _PERSONAL.isdisjoint(system.data)
    if system.exposure is not None:
        found[Condition.INTERNET_FACING] = system.exposure is Exposure.INTERNET
        found[Condition.EXTERNAL_USERS] = system.exposure is not Exposure.INTERNAL
    if Jurisdiction.EU in (organisation.jurisdictions or ()) or not _EUROPEAN.isdisjoint(organisation.regimes or ()):
        found[Condition.EU_NEXUS] = True
    elif organisation.jurisdictions is not None:
        found[Condition.EU_NEXUS] = False
    return found
