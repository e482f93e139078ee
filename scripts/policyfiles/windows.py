r"""Group Policy templates (ADMX and ADML): each field a value below Software\Policies\nodreel.

A table is a key, a list a key with numbered values; an app, site, recipient or shape of secrets is
one value of such a list, written as JSON. A number that need not be whole is written as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from scripts.policyfiles.fields import fields

if TYPE_CHECKING:
    from scripts.policyfiles.fields import Field

KEY = r"Software\Policies\nodreel"
_SPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
_MOST = 4_294_967_295


def admx() -> str:
    """Return what may be set, where, and within which bounds."""
    root = _root("policyDefinitions")
    spaces = SubElement(root, "policyNamespaces")
    SubElement(spaces, "target", prefix="nodreel", namespace="nodreel.Policies")
    SubElement(spaces, "using", prefix="windows", namespace="Microsoft.Policies.Windows")
    SubElement(root, "resources", minRequiredRevision="1.0")
    categories = SubElement(root, "categories")
    SubElement(categories, "category", name="nodreel", displayName="$(string.nodreel)")
    for table in _tables():
        made = SubElement(categories, "category", name=table, displayName=f"$(string.{table})")
        SubElement(made, "parentCategory", ref="nodreel")
    policies = SubElement(root, "policies")
    for field in fields():
        _policy(policies, field)
    return _written(root)


def adml() -> str:
    """Return the English words for it."""
    root = _root("policyDefinitionResources")
    SubElement(root, "displayName").text = "nodreel"
    SubElement(root, "description").text = "What nodreel may record once a person has agreed."
    resources = SubElement(root, "resources")
    strings = SubElement(resources, "stringTable")
    _string(strings, "nodreel", "nodreel: nothing rolls until you nod")
    for table in _tables():
        _string(strings, table, table)
    shown = SubElement(resources, "presentationTable")
    for field in fields():
        name = _name(field)
        _string(strings, name, field.dotted)
        _string(strings, f"{name}_help", _help(field))
        if field.sort == "choice":
            for value in field.said["enum"]:
                _string(strings, f"{name}_{value}", value)
        if field.sort != "boolean":
            made = SubElement(shown, "presentation", id=name)
            _present(made, field)
    return _written(root)


def _policy(policies: Element, field: Field) -> None:
    name = _name(field)
    made = SubElement(policies, "policy", {
        "name": name, "class": "Machine", "displayName": f"$(string.{name})",
        "explainText": f"$(string.{name}_help)", "key": "\\".join([KEY, *field.path[:-1]]),
    })  # fmt: skip
    if field.sort == "boolean":
        made.set("valueName", field.path[-1])
    else:
        made.set("presentation", f"$(presentation.{name})")
    SubElement(made, "parentCategory", ref=field.path[0] if len(field.path) > 1 else "nodreel")
    SubElement(made, "supportedOn", ref="windows:SUPPORTED_Windows_10_0")
    if field.sort == "boolean":
        for word, value in (("enabledValue", "1"), ("disabledValue", "0")):
            SubElement(SubElement(made, word), "decimal", value=value)
        return
    _element(SubElement(made, "elements"), field)


def _element(elements: Element, field: Field) -> None:
    value, name = field.path[-1], _name(field)
    match field.sort:
        case "integer":
            SubElement(elements, "decimal", {
                "id": name, "valueName": value, "required": "true",
                "minValue": str(field.said["minimum"]),
                "maxValue": str(min(field.said["maximum"], _MOST)),
            })  # fmt: skip
        case "texts" | "tables":
            key = "\\".join([KEY, *field.path])
            SubElement(elements, "list", id=name, key=key, valuePrefix="")
        case "choice":
            made = SubElement(elements, "enum", id=name, valueName=value, required="true")
            for one in field.said["enum"]:
                item = SubElement(made, "item", displayName=f"$(string.{name}_{one})")
                SubElement(SubElement(item, "value"), "string").text = one
        case _:
            longest = str(field.said.get("maxLength", 100))
            SubElement(elements, "text", id=name, valueName=value, required="true",
                       maxLength=longest)  # fmt: skip


def _present(made: Element, field: Field) -> None:
    name, label = _name(field), f"{field.path[-1]}:"
    match field.sort:
        case "integer":
            told = {} if field.default is None else {"defaultValue": str(field.default)}
            SubElement(made, "decimalTextBox", refId=name, **told).text = label
        case "texts" | "tables":
            SubElement(made, "listBox", refId=name).text = label
        case "choice":
            SubElement(made, "dropdownList", refId=name, noSort="true").text = label
        case _:
            SubElement(SubElement(made, "textBox", refId=name), "label").text = label


def _help(field: Field) -> str:
    told = [field.words, f"May be: {field.bounds}."]
    if field.members:
        keys = ", ".join(f"{m.path[-1]}{'' if m.needed else ' (may be left out)'}"
                         for m in field.members)  # fmt: skip
        told.append(f"Each line is one of them, as JSON with the keys: {keys}.")
    told.append(f"Applies without asking: {field.narrower}. Any other change stops the recording"
                " until the person has agreed to it. No setting agrees or starts.")  # fmt: skip
    return "\n".join(told)


def _tables() -> list[str]:
    return list(dict.fromkeys(f.path[0] for f in fields() if len(f.path) > 1))


def _name(field: Field) -> str:
    return "_".join(field.path)


def _string(table: Element, name: str, text: str) -> None:
    SubElement(table, "string", id=name).text = text


def _root(name: str) -> Element:
    return Element(name, xmlns=_SPACE, revision="1.0", schemaVersion="1.0")


def _written(root: Element) -> str:
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'
