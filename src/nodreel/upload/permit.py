"""Whether anything may leave at all: the yes, the policy within it, and a way to ask it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.consent import read_grant
from nodreel.consent.requests import is_ready
from nodreel.consent.revocation import wall_of
from nodreel.errors import NoConsentError, PolicyError, UploadError
from nodreel.host.preferences import preferences
from nodreel.policy import load_policy, narrower_or_equal
from nodreel.upload.conditions import narrowed

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.consent import Grant
    from nodreel.paths import Paths
    from nodreel.policy import Upload

PREFERENCES = "upload"


@dataclass(frozen=True, slots=True)
class Permit:
    """``upload`` is what the policy and the person's own preferences leave of each other."""

    grant: Grant
    upload: Upload


def permit(paths: Paths, clock: Clock) -> Permit:
    """Return what allows to send; asked again before each batch, as the answer may change.

    Raises NoConsentError, PolicyError, or UploadError when the person or the policy says not to.
    """
    grant = read_grant(paths, clock)
    policy = load_policy(paths).policy
    wider = narrower_or_equal(policy, grant.policy)
    if wider:
        raise PolicyError(
            f"Nothing is sent: the policy is wider than what you agreed to. {wider[0]}.",
            advice="`nodreel consent show` shows what changed; decide with `nodreel consent give`.",
        )
    if policy.suspended:
        raise UploadError("Nothing is sent: your organisation has suspended nodreel.", again=False)
    order = policy.revoked_before
    if order is not None and grant.given < wall_of(order) <= clock.wall():
        raise NoConsentError(
            "Nothing is sent: your organisation has ended all consents, and yours is one of them.",
            advice="What was recorded is deleted when nodreel runs next; `nodreel start`.",
        )
    if policy.upload is None:
        raise UploadError(
            "Nothing is sent: the policy names no place for it.",
            advice="That is no mistake unless you expected otherwise; recordings stay here.",
            again=False,
        )
    upload = narrowed(policy.upload, preferences(paths.config, PREFERENCES))
    if isinstance(upload, str):
        raise UploadError(
            f"Nothing is sent. {upload}",
            advice=f"Change [upload] in {paths.config / 'preferences.toml'} if you want it to.",
            again=False,
        )
    if not is_ready(paths, grant.consent_id, grant.public_key):
        raise NoConsentError(
            "Nothing is sent: no request to delete it again lies ready for this consent.",
            advice="`nodreel consent give` asks anew and prepares one.",
        )
    return Permit(grant, upload)
