"""What may be recorded at most: model, files, and which policy is narrower than which."""

from __future__ import annotations

from nodreel.policy.apps import Category, DesignatedApp, Tier
from nodreel.policy.canonical import canonical
from nodreel.policy.doubts import doubts
from nodreel.policy.load import LoadedPolicy, combine, load_policy
from nodreel.policy.model import (
    Limits,
    Organisation,
    Policy,
    Presence,
    Purpose,
    Recipient,
    schema,
)
from nodreel.policy.order import Difference, merge, narrower_or_equal
from nodreel.policy.patterns import SecretPattern
from nodreel.policy.sites import DesignatedSite
from nodreel.policy.upload import Upload

__all__ = [
    "Category",
    "DesignatedApp",
    "DesignatedSite",
    "Difference",
    "Limits",
    "LoadedPolicy",
    "Organisation",
    "Policy",
    "Presence",
    "Purpose",
    "Recipient",
    "SecretPattern",
    "Tier",
    "Upload",
    "canonical",
    "combine",
    "doubts",
    "load_policy",
    "merge",
    "narrower_or_equal",
    "schema",
]
