"""Ask the agent one thing and get one answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from pydantic import ValidationError

from nodreel import errors
from nodreel.errors import ControlError, NodreelError
from nodreel.ipc.exchange import exchange
from nodreel.ipc.wire import REPLY, Done, Refused, line

if TYPE_CHECKING:
    from pydantic import BaseModel

    from nodreel.paths import Paths


def call(paths: Paths, message: BaseModel, timeout: float = 2.0) -> Done:
    """Send ``message`` and return the answer; ``timeout`` in seconds per step.

    Raises NotRunningError when nobody listens, ControlError when the answer does not come, is not
    understood or comes from another user, and the agent's own error when it refuses.
    """
    understood = _understood(exchange(paths.socket, line(message), timeout))
    if isinstance(understood, Refused):
        _raise(understood)
    return understood


def _understood(answer: bytes) -> Done | Refused:
    try:
        return REPLY.validate_json(answer)
    except ValidationError as error:
        raise ControlError("The agent's answer makes no sense to this command.") from error


def _raise(refused: Refused) -> NoReturn:
    """Raise what the agent would have raised here."""
    named = getattr(errors, refused.code, ControlError)
    known = isinstance(named, type) and issubclass(named, NodreelError)
    kind = named if known else ControlError
    raise kind(refused.message, advice=refused.advice)
