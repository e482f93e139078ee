"""What is generated from the model is what lies in the repository, and fits together."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from scripts.policyfiles import windows
from scripts.policyfiles.fields import ROOT, fields
from scripts.policyfiles.files import files

FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_it_is_fresh(name: str) -> None:
    assert (ROOT / name).read_bytes() == FILES[name], "run scripts/policy_files"


def test_each_field_has_words() -> None:
    for field in fields():
        assert field.words, field.dotted
        assert field.narrower, field.dotted


def test_which_change_is_narrower_is_what_the_rules_say() -> None:
    told = {field.dotted: field.narrower for field in fields()}
    assert told["limits.device_days"] == "less"
    assert told["limits.undo_hours"] == "more"
    assert told["suspended"] == "true"
    assert told["upload.battery"] == "false"
    assert told["secrets"] == "more of them"
    assert told["kinds"] == "fewer of them"
    assert told["synthetic"] == "drop instead of keep"
    assert told["organisation.name"] == "none"
    assert told["upload.ca"] == "a value where there was none"


def test_group_policies_name_only_words_that_are_there() -> None:
    """Windows refuses a template in which one string or presentation is missing."""
    admx, adml = windows.admx(), ET.fromstring(windows.adml())
    space = {"p": str(adml.tag).partition("}")[0][1:]}
    strings = {s.attrib["id"]: s.text for s in adml.iterfind(".//p:string", space)}
    shown = {p.attrib["id"]: p for p in adml.iterfind(".//p:presentation", space)}
    assert set(re.findall(r"\$\(string\.([^)]+)\)", admx)) == set(strings)
    assert all(strings.values())
    assert set(re.findall(r"\$\(presentation\.([^)]+)\)", admx)) == set(shown)
    for policy in ET.fromstring(admx).iterfind(".//p:policy", space):
        elements = {e.attrib["id"] for e in policy.iterfind("p:elements/*", space)}
        refs = {r.attrib["refId"] for r in shown.get(policy.attrib["name"], ())}
        assert elements == refs, policy.attrib["name"]


def test_a_number_of_a_group_policy_stays_within_the_models_bounds() -> None:
    space = {"p": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}
    root = ET.fromstring(windows.admx())
    found = {d.attrib["id"]: d.attrib for d in root.iterfind(".//p:decimal[@id]", space)}
    wanted = {"_".join(f.path): f.said for f in fields() if f.sort == "integer"}
    assert set(found) == set(wanted)
    for name, said in wanted.items():
        assert int(found[name]["minValue"]) == said["minimum"]
        assert int(found[name]["maxValue"]) == said["maximum"]
