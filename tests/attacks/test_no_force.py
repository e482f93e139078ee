"""Whatever an organisation can set, in whatever form: nothing consents, nothing starts."""

from __future__ import annotations

import plistlib
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError

from nodreel.agent.permission import Permission
from nodreel.errors import NoConsentError
from nodreel.policy import Policy, load_policy
from scripts.policyfiles import apple, windows
from scripts.policyfiles.fields import Field, fields
from tests.attacks.reactions import make_folders, write
from tests.findings import found
from tests.policy.samples import UPLOAD, policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths
    from tests.consent.clocks import TurnedClock

# A name that contains one of these is a way to say yes, or to make it go on by itself.
YES = re.compile(
    r"consent|grant|agree(?!ment_ref)|accept|allow|permit|force|mandat|require|auto|start|record"
    r"|enable|always|silent|hidden|resume|capture|optin|opt_in|bypass|override|skip",
    re.IGNORECASE,
)
# What sounds like it and is none: sends by itself what the person released, and releases nothing.
HARMLESS = {"upload.automatic"}
SPACE = "{http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions}"


def every_field() -> Iterator[Field]:
    for field in fields():
        yield field
        yield from field.members


def values(field: Field) -> list[object]:
    """What can be said of a field that means as much as possible, and as little."""
    match field.sort:
        case "boolean":
            return [True, False]
        case "integer" | "number":
            least = field.said.get("minimum", 1)
            return [least, field.said["maximum"]]
        case "choice":
            return list(field.said["enum"])
        case "text":
            return ["record", "yes", "true", "1", None]
        case _:
            return [[], ["record"], ["yes", "true"]]


def with_value(tree: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    name, *rest = path
    if not rest:
        return tree | {name: value}
    here = tree[name]
    if isinstance(here, list):
        return tree | {name: [with_value(item, tuple(rest), value) for item in here]}
    return tree | {name: with_value(here, tuple(rest), value)}


def test_no_field_has_a_name_that_could_mean_yes() -> None:
    names = {field.dotted: field.path[-1] for field in every_field()}
    assert len(names) > 60, "the walk sees the whole model"
    assert {dotted for dotted, name in names.items() if YES.search(name)} == HARMLESS


def test_no_value_of_any_field_agrees_or_starts(paths: Paths, clock: TurnedClock) -> None:
    """Each field at both its ends and at each of its choices; nobody has agreed to anything."""
    make_folders(paths)
    whole = policy(upload=UPLOAD).model_dump(mode="json")
    tried = 0
    for field in every_field():
        for value in values(field):
            try:
                wanted = Policy.model_validate(with_value(whole, field.path, value), strict=False)
            except ValidationError:
                continue
            write(paths, wanted)
            assert load_policy(paths).policy == wanted
            permission = Permission(paths, clock)
            with pytest.raises(NoConsentError):
                permission.why_no_grant()
            assert permission.why_policy(), "without a grant no policy is in force"
            assert permission.policy is None
            tried += 1
    assert tried > 60
    assert not paths.grant.exists()
    found("C2", "values of every field of a policy, without a yes", tried)


def test_group_policies_can_set_what_the_model_says_and_nothing_else() -> None:
    root = ET.fromstring(windows.admx())
    wanted = {"\\".join([windows.KEY, *field.path]) for field in fields()}
    told = set()
    for made in root.iter(f"{SPACE}policy"):
        for part in (made, *made.findall(f"{SPACE}elements/*")):
            if "valueName" in part.attrib:
                told.add(f"{made.attrib['key']}\\{part.attrib['valueName']}")
            if part.tag == f"{SPACE}list":
                told.add(part.attrib["key"])
    assert told == wanted


def test_a_profile_says_what_the_model_says_and_nothing_else() -> None:
    whole = plistlib.loads(apple.profile())
    (content,) = whole["PayloadContent"]
    assert (whole["PayloadType"], content["PayloadType"]) == ("Configuration", apple.DOMAIN)
    said = {name: value for name, value in content.items() if not name.startswith("Payload")}
    assert Policy.model_validate(said, strict=False).sha256
