"""C9. Pause, delete, withdraw: always, at once."""

from __future__ import annotations

import pytest

from nodreel.clock import SystemClock
from nodreel.consent import read_grant, withdraw
from nodreel.consent.requests import requests
from nodreel.errors import NoConsentError
from nodreel.paths import default_paths
from tests.policy.samples import UPLOAD, policy
from tests.promises.giving import give


def test_withdrawing_needs_no_agent_and_takes_the_permission_first() -> None:
    paths, _ = give(policy())
    seen: list[tuple[str, bool]] = []
    withdraw(
        paths,
        SystemClock(),
        stored="delete",
        gate_off=lambda: seen.append(("gate", paths.grant.exists())),
        discard=lambda: seen.append(("discard", paths.grant.exists())),
        dispose=lambda choice: seen.append((choice, paths.grant.exists())),
    )
    assert seen == [("gate", True), ("discard", False), ("delete", False)]
    with pytest.raises(NoConsentError):
        read_grant(paths, SystemClock())


def test_withdrawing_takes_the_signing_key_along() -> None:
    paths, _ = give(policy())
    withdraw(paths, SystemClock(), stored="keep", gate_off=None, discard=None, dispose=None)
    assert not paths.signing_key.exists()


def test_withdrawing_works_when_everything_else_fails() -> None:
    """The log cannot be written and what is stored cannot be deleted: permission goes anyhow."""
    paths, _ = give(policy())
    paths.audit.unlink(missing_ok=True)
    paths.audit.mkdir()  # no line can be added to a folder
    withdraw(paths, SystemClock(), stored="later", gate_off=None, discard=None, dispose=None)
    assert not default_paths().grant.exists()


def test_withdrawing_reaches_what_was_sent() -> None:
    """With no network, no key and no agent: what asks for it was signed when the yes was given."""
    paths, _ = give(policy(upload=UPLOAD))
    assert [request.state for request in requests(paths)] == ["ready"]
    withdraw(paths, SystemClock(), stored="keep")
    (request,) = requests(paths)
    assert request.state == "open"
    assert not request.tombstone.episodes, "all that was sent"
