"""Who an organisation is, what its systems handle, and what it can do: by this the same gap weighs more here than there."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from pentascope.model.quantity import Range


class Industry(StrEnum):
    """What the organisation lives from."""

    FINANCE = "finance"
    INSURANCE = "insurance"
    HEALTH = "health"
    PUBLIC = "public"
    EDUCATION = "education"
    RETAIL = "retail"
    MANUFACTURING = "manufacturing"
    ENERGY = "energy"
    TECHNOLOGY = "technology"
    MEDIA = "media"
    PROFESSIONAL = "professional"
    TRANSPORT = "transport"
    OTHER = "other"


class Jurisdiction(StrEnum):
    """Where the people live whom a system touches, or where the organisation is established."""

    EU = "eu"
    UK = "uk"
    US = "us"
    US_CALIFORNIA = "us-california"
    CANADA = "canada"
    BRAZIL = "brazil"
    INDIA = "india"
    CHINA = "china"
    JAPAN = "japan"
    AUSTRALIA = "australia"
    OTHER = "other"


class Regime(StrEnum):
    """Law, supervision or contract that can bind."""

    EU_AI_ACT = "eu-ai-act"
    GDPR = "gdpr"
    UK_GDPR = "uk-gdpr"
    HIPAA = "hipaa"
    PCI_DSS = "pci-dss"
    GLBA = "glba"
    FERPA = "ferpa"
    COPPA = "coppa"
    FEDRAMP = "fedramp"
    DORA = "dora"
    NIS2 = "nis2"
    CCPA = "ccpa"
    US_STATE_PRIVACY = "us-state-privacy"
    SOX = "sox"
    ISO_42001 = "iso-42001"
    SOC_2 = "soc-2"


class AiActRole(StrEnum):
    """The organisation's role under the EU AI Act."""

    PROVIDER = "provider"
    DEPLOYER = "deployer"
    IMPORTER = "importer"
    DISTRIBUTOR = "distributor"
    NONE = "none"


class DataClass(StrEnum):
    """Kinds of data that a system handles, least sensitive first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    PERSONAL = "personal"
    CREDENTIALS = "credentials"
    PAYMENT = "payment"
    SPECIAL_PERSONAL = "special_personal"  # GDPR Art. 9, children
    HEALTH = "health"


class Exposure(StrEnum):
    """Who can reach a system, fewest first."""

    INTERNAL = "internal"
    PARTNER = "partner"
    INTERNET = "internet"


class Autonomy(StrEnum):
    """How much a system decides alone: the four scopes of the AWS Agentic AI Security Scoping Matrix."""

    NONE = "none"
    PRESCRIBED = "prescribed"
    SUPERVISED = "supervised"
    FULL = "full"


class _Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Unknown keys are refused, defaults are not written. None is *unknown*: the model then draws over what is possible."""


class OrganisationProfile(_Entry, frozen=True, kw_only=True):
    """The table `[profile]` of `pentascope.toml`. Money in `currency`, yearly where it is a flow."""

    name: str | None = None
    industry: Industry | None = None
    turnover: Range | None = None  # a year
    people: Range | None = None
    jurisdictions: tuple[Jurisdiction, ...] | None = None  # None: unknown; (): none of them
    regimes: tuple[Regime, ...] | None = None
    ai_act_role: AiActRole | None = None
    currency: str = "USD"  # ISO 4217
    per_usd: float | None = None  # units of `currency` for one US dollar; None: the catalogue's table
    day_rate: float | None = None  # what a person-day costs; None: no money mode
    capacity_days_per_month: float | None = None  # person-days
    budget: float | None = None  # for the whole horizon
    horizon_months: int = 12
    starts: dt.date | None = None  # of the roadmap; None: the day of the assessment
    reserve: float | None = None  # the yearly loss that the organisation can bear

    def __post_init__(self) -> None:
        """No negative money, no impossible time."""
        for name in ("per_usd", "day_rate", "capacity_days_per_month", "budget", "reserve"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise ValueError(f"`{name}` is {value:g}: a positive number is allowed")
        if not 1 <= self.horizon_months <= 60:
            raise ValueError(f"`horizon_months` is {self.horizon_months}: 1 to 60 are allowed")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"`currency` is {self.currency!r}: three capital letters of ISO 4217 are allowed, such as EUR")


class SystemProfile(_Entry, frozen=True, kw_only=True):
    """The table `[systems.profile]`: what a scan cannot see of one system."""

    data: tuple[DataClass, ...] | None = None  # None: unknown
    records: Range | None = None  # people or documents whose data it reaches
    exposure: Exposure | None = None
    users: Range | None = None
    autonomy: Autonomy | None = None  # None: as found in the tree
    hour_down: Range | None = None  # what an hour of outage costs, in the organisation's currency
    owner: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The organisation, and its systems by the name under which they are declared."""

    organisation: OrganisationProfile = OrganisationProfile()
    systems: dict[str, SystemProfile] = {}
