"""Designated apps: known by the file they run, never by what they say of themselves."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from nodreel.policy.interpreters import is_interpreter
from nodreel.policy.known import category_of_program, engine_of
from nodreel.policy.words import FilePath, Line, Part, Refused, Sha256, Slug

Tier = Literal["shortcuts", "shape", "full"]
Category = Literal["mail", "chat"]


class DesignatedApp(Part):
    """An app whose use may be recorded, known by the file it runs and never by its title.

    ``keys``: "shortcuts" (chords, navigation and editing keys), "shape" (and that a character was
    typed), "full" (and which one, where text was agreed to and the field is known to be harmless).
    ``browser``: it shows pages, and only those of designated sites are recorded.
    """

    id: Slug
    name: Line
    exe: FilePath
    script: FilePath | None = None
    sha256: Sha256 | None = None
    keys: Tier = "shape"
    browser: Literal["chromium", "firefox"] | None = None
    category: Category | None = None

    @model_validator(mode="after")
    def _an_interpreter_is_no_app(self) -> Self:
        if self.script is None and is_interpreter(self.exe):
            raise ValueError(
                f"{self.exe} runs any program, so it designates none; add `script`,"
                " the absolute path of the program it runs"
            )
        return self

    @model_validator(mode="after")
    def _a_browser_says_so(self) -> Self:
        engine = engine_of(self.exe, self.script)
        if engine == "other":
            raise Refused(
                f"{self.exe} is a web browser that cannot tell nodreel which page it shows",
                "Designate Chromium, Firefox or a browser made of one of them instead.",
            )
        if engine is not None and self.browser != engine:
            raise Refused(
                f"{self.exe} is a web browser, of which only designated sites are recorded",
                f'Add `browser = "{engine}"`, and each site as [[sites]].',
            )
        return self

    @model_validator(mode="after")
    def _mail_and_chat_say_so(self) -> Self:
        sort = category_of_program(self.exe, self.script)
        if sort is not None and self.category != sort:
            raise Refused(
                f"{self.exe} shows what other people write ({sort})",
                f'Add `category = "{sort}"`; it is recorded only if that kind is ticked, too.',
            )
        return self
