"""A receipt as one HTML page that the person can save: no scripts, no links, everything escaped."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from nodreel.consent.quoting import inert

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from nodreel.consent.heads import SignedHead
    from nodreel.consent.record import Event, Record

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}"
    "th{text-align:left;vertical-align:top;padding-right:1em}pre{white-space:pre-wrap}"
    "td{overflow-wrap:anywhere}"
)


def page(record: Record, heads: Sequence[SignedHead] = ()) -> str:
    """Write the record as a page, with the heads of the audit log that were signed since."""
    signed = [(f"Head on {head.day}, signed", head.head) for head in heads]
    rows = "".join(
        f"<tr><th>{_safe(name)}</th><td>{_safe(value)}</td></tr>\n"
        for name, value in (*_rows(record), *signed)
    )
    text = record.notice.text if record.notice is not None else "The text is not known any more."
    shown = "\n".join(inert_line(line) for line in text.splitlines())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        " style-src 'unsafe-inline'\">\n"
        f"<title>nodreel receipt {_safe(record.receipt_id)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>Receipt</h1>\n<table>\n{rows}</table>\n"
        f"<h2>What you were shown</h2>\n<pre>{html.escape(shown)}</pre>\n</body></html>\n"
    )


def inert_line(line: str) -> str:
    """Make one line harmless and keep its indentation."""
    return line[: len(line) - len(line.lstrip(" "))] + inert(line)


def _rows(record: Record) -> Iterator[tuple[str, str]]:
    for event in record.events:
        yield f"{event.event_time}", _decision(event)
    ticked = [info.pii_type for info in record.pii_information if info.granted]
    yield "Kinds of data you agreed to", ", ".join(ticked) or "none"
    if record.scope is not None:
        yield "In these apps", ", ".join(record.scope.apps)
        yield "On these websites", ", ".join(record.scope.sites) or "none"
    for party in record.parties:
        yield "Responsible", f"{party.name}, {party.address}, {party.contact}"
    for recipient in record.recipients:
        yield "Can read it", f"{recipient.name} ({recipient.key})"
    for purpose in record.purposes:
        yield "Purpose", f"{purpose.text} ({purpose.id})"
    yield "Never for", ", ".join(record.not_purposes)
    if record.retention is not None:
        kept = record.retention
        yield "Kept", f"{kept.device_days} days here, {kept.server_days} days there"
    yield "To withdraw", record.withdrawal_method
    yield "Your rights", ", ".join(record.rights)
    yield "Receipt", record.receipt_id
    yield "Record", record.record_id
    yield "Head of the audit log", record.audit_head
    yield "Record before this one", record.previous_record or "none"


def _decision(event: Event) -> str:
    parts: list[str] = [event.event_state]
    if event.presence is not None:
        parts.append(f"presence: {event.presence}")
    if event.validity is not None:
        parts.append(f"valid for {event.validity}")
    if event.stored is not None:
        parts.append(f"what was stored: {event.stored}")
    return ", ".join(parts)


def _safe(text: str) -> str:
    return html.escape(inert(text))
