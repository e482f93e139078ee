"""A yes for tests: the real thing, written as the ceremony writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from nodreel.clock import SystemClock
from nodreel.consent.grant import Grant, read_grant
from nodreel.consent.ids import new_id
from nodreel.consent.issue import Yes, issue
from nodreel.consent.terms import build_terms
from nodreel.host import private_dir
from nodreel.paths import Paths, default_paths

if TYPE_CHECKING:
    from nodreel.policy import Policy


def give(policy: Policy) -> tuple[Paths, Grant]:
    """Agree to ``policy`` in every kind it offers; returns where it lies and the grant."""
    paths, clock = default_paths(), SystemClock()
    for folder in (paths.data, paths.data / "consent", paths.state, paths.runtime):
        private_dir(folder)
    yes = Yes(
        policy=policy,
        kinds=frozenset(policy.kinds),
        terms_sha256=build_terms(policy).sha256,
        presence=policy.presence,
        consent_id=new_id(),
        receipt_id=new_id(),
        key=Ed25519PrivateKey.generate(),
    )
    issue(paths, clock, yes)
    return paths, read_grant(paths, clock)
