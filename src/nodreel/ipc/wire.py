"""All that may be said over the control socket, as a closed set.

There is no message that starts recording, gives consent or widens anything, and unknown messages
and unknown fields are refused: a yes cannot travel here. Durations are seconds or minutes as
their names say, ages count back from now.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from nodreel.ipc.web import Web, WebGone, WebHello, WebReport

DAY_MINUTES = 24 * 60

Stored = Literal["delete", "keep", "later"]
EpisodeId = Annotated[str, Field(pattern=r"^[0-9A-HJKMNP-TV-Z]{26}$")]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AskStatus(_Said):
    """How are things? Changes nothing."""

    do: Literal["status"] = "status"


class Pause(_Said):
    """Stop recording for some minutes, or until the person resumes (None)."""

    do: Literal["pause"] = "pause"
    minutes: int | None = Field(default=None, ge=1, le=DAY_MINUTES)


class Resume(_Said):
    """Lift the person's own pause; every other interlock still counts."""

    do: Literal["resume"] = "resume"


class Stop(_Said):
    """Seal what is there and quit; quit stays quit until the person starts again."""

    do: Literal["stop"] = "stop"


class Withdraw(_Said):
    """Take the consent back, at once; ``stored`` says what becomes of what is already stored."""

    do: Literal["withdraw"] = "withdraw"
    stored: Stored = "later"


class Delete(_Said):
    """Delete recordings for good: the last seconds, one episode, or everything; exactly one."""

    do: Literal["delete"] = "delete"
    last_seconds: int | None = Field(default=None, ge=1)
    episode: EpisodeId | None = None
    everything: Literal[True] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        chosen = (self.last_seconds, self.episode, self.everything)
        if sum(what is not None for what in chosen) != 1:
            msg = "name exactly one of last_seconds, episode, everything"
            raise ValueError(msg)
        return self


class AddNote(_Said):
    """The person's own words on what they are doing."""

    do: Literal["note"] = "note"
    text: str = Field(min_length=1, max_length=500)


class SignBeat(_Said):
    """The sign lives: its X window and its process. The agent checks both for itself."""

    do: Literal["sign"] = "sign"
    window: int = Field(ge=1, lt=1 << 32)
    pid: int = Field(ge=1)


_Asked = (
    AskStatus
    | Pause
    | Resume
    | Stop
    | Withdraw
    | Delete
    | AddNote
    | SignBeat
    | WebHello
    | WebReport
    | WebGone
)
Request = Annotated[_Asked, Field(discriminator="do")]


class Interlock(_Said):
    """One of the conditions that must all be closed; ``sentence`` is for the person."""

    name: str
    closed: bool
    sentence: str


class Episodes(_Said):
    """How many episodes lie on this machine."""

    held: Count = 0
    released: Count = 0


State = Literal["recording", "waiting", "paused", "blocked", "stopping"]


class Status(_Said):
    """How things are. ``waiting``: all is well, but no designated app is in front.

    ``last_written_s``: age of the last thing durably on disk, None before the first.
    ``unwritten_s``: age of the oldest thing that is to be stored and is not on disk yet.
    ``paused_s``: seconds of pause left, None for a pause without end (or none).
    ``spares``: what is given up so that the machine stays quick, and why; empty for nothing.
    """

    state: State
    sentence: str
    recording: bool = False
    app: str = ""
    interlocks: tuple[Interlock, ...] = ()
    last_written_s: Seconds | None = None
    unwritten_s: Seconds = 0.0
    paused_s: Seconds | None = None
    episodes: Episodes = Episodes()
    spares: str = ""
    dropped: dict[str, Count] = {}
    paths: dict[str, str] = {}
    pid: Count = 0
    version: str = ""


class Done(_Said):
    """It was done; with the state it led to where that is known, and words for the person.

    ``web`` answers a browser's extension.
    """

    answer: Literal["done"] = "done"
    status: Status | None = None
    text: str = ""
    web: Web | None = None


class Refused(_Said):
    """It was not done. ``code`` is the name of a class of ``nodreel.errors``."""

    answer: Literal["refused"] = "refused"
    code: str
    message: str
    advice: str


Reply = Annotated[Done | Refused, Field(discriminator="answer")]

REQUEST: TypeAdapter[_Asked] = TypeAdapter(Request)
REPLY: TypeAdapter[Done | Refused] = TypeAdapter(Reply)


def line(message: BaseModel) -> bytes:
    """Write one message as the one line that travels."""
    return message.model_dump_json().encode() + b"\n"
