"""What can go wrong, as a short tree: each class has advice and an exit code of its own."""

from __future__ import annotations


class NodreelError(Exception):
    """Base of all expected failures. ``advice`` says what to do next, in one sentence."""

    exit_code = 1
    advice = "Run `nodreel doctor`; it names what is wrong and how to mend it."

    def __init__(self, message: str, *, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice


class EpisodeError(NodreelError):
    """An episode, or part of it, is damaged, foreign or not what its signature says."""

    exit_code = 3
    advice = "Run `nodreel verify EPISODE`; undamaged segments are still readable."


class KeyMismatchError(EpisodeError):
    """The episode is not sealed to this key, or no key was given."""

    exit_code = 4
    advice = "Give the research key it was sealed for: --identity FILE (see `nodreel keys --help`)."


class NotRunningError(NodreelError):
    """There is no agent to talk to."""

    exit_code = 5
    advice = "Start it with `nodreel start`."


class ControlError(NodreelError):
    """The agent refused a request, or did not understand it."""

    exit_code = 6
    advice = "Check `nodreel status`; agent and command must be of the same version."


class DeclinedError(NodreelError):
    """The person said no, or not now. Not a failure of anything."""

    exit_code = 10
    advice = "Nothing is recorded. `nodreel consent give` asks again whenever you want."


class UnsupportedError(NodreelError):
    """This desktop cannot be recorded honestly, so it is not recorded at all."""

    exit_code = 69
    advice = "Log in to an X11 session ('... on Xorg' in the login screen) and try again."


class RootRefusedError(NodreelError):
    """Recording as root is refused: it could see other people's sessions."""

    exit_code = 71
    advice = "Run nodreel as the person whose work is recorded, never with sudo."


class StoreError(NodreelError):
    """A folder or file of nodreel cannot be used safely (owner, mode, link, read-only)."""

    exit_code = 73
    advice = "Make the folder yours with `chmod 700`, or point NODREEL_HOME to one that is."


class DiskFullError(StoreError):
    """No space left; recording pauses, nothing already stored is lost."""

    exit_code = 74
    advice = "Free some space or `nodreel delete` recordings; recording then goes on by itself."


class UploadError(NodreelError):
    """The object store could not be reached, or did not take what was sent."""

    exit_code = 75
    advice = "Nothing is lost: what is not confirmed stays here. `nodreel upload` tries again."

    def __init__(self, message: str, *, advice: str | None = None, again: bool = True) -> None:
        super().__init__(message, advice=advice)
        self.again = again  # whether trying again, later and unchanged, may help


class NoConsentError(NodreelError):
    """There is no valid yes, so nothing may be recorded."""

    exit_code = 77
    advice = (
        "Read what would be recorded with `nodreel consent show`; "
        "decide with `nodreel consent give`."
    )


class PolicyError(NodreelError):
    """A policy is wrong, unsafe, or wider than what was agreed to."""

    exit_code = 78
    advice = "Run `nodreel policy check FILE`; it names file, line and what to change."


class GrantError(NoConsentError):
    """A grant is there but is not valid here: foreign, forged, damaged or expired."""

    exit_code = 79
    advice = (
        "Remove nothing by hand: `nodreel consent withdraw` cleans up, "
        "`nodreel consent give` asks anew."
    )


class LedgerError(NodreelError):
    """The audit log does not follow from itself: a line was changed, removed or added."""

    exit_code = 80
    advice = (
        "Compare the log's head with the one in your receipt; "
        "recording goes on under a marked reset."
    )
