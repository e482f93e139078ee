"""Receipts and the audit log: what was asked, answered and done, for the person to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.consent import Ledger, receipts
from nodreel.consent.receipt_page import page as receipt_page
from nodreel.consent.record import load_receipt
from nodreel.errors import LedgerError, StoreError
from nodreel.host.files import read_tail
from nodreel.page.look import line, page, table
from nodreel.page.markup import el
from nodreel.page.reply import Reply

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.page.reply import Wanted
    from nodreel.paths import Paths

_TAIL: Final = 32 * 1024  # bytes of the log that are shown


class Records:
    """The list, and each receipt as a page or as JSON to save."""

    def __init__(self, paths: Paths, clock: Clock) -> None:
        self._paths, self._clock = paths, clock

    def get(self, wanted: Wanted) -> Reply:
        """Show the list, or hand out one receipt."""
        name, *as_json = wanted.parts[1:] or ("",)
        if not name:
            return Reply(self._list(wanted))
        record = load_receipt(self._paths, name).record
        if not as_json:
            return Reply(receipt_page(record).encode())
        told = record.model_dump_json(indent=2).encode()
        return Reply(told, "application/json", name=f"receipt-{record.receipt_id}.json")

    def _list(self, wanted: Wanted) -> bytes:
        say = wanted.say
        found = receipts(self._paths)
        rows = [
            el("tr", el("td", receipt.record.events[-1].event_time, class_="at"),
               el("td", receipt.record.events[-1].event_state),
               el("td", el("a", say("Read"), href=f"/receipts/{receipt.id}")),
               el("td", el("a", say("Save (JSON)"), href=f"/receipts/{receipt.id}/json")))
            for receipt in reversed(found) if receipt.record.events
        ]  # fmt: skip
        columns = say("When (UTC)"), say("What"), say("Page"), say("File")
        shown = table(say("Your receipts"), columns, rows)
        none = el("p", say("There is no receipt: nothing was decided."))
        heads = [receipt.record.audit_head for receipt in found]
        try:
            checked = Ledger(self._paths.audit, self._clock).verify(heads)
            whole = say("Lines: {count}, unbroken.", count=checked.lines)
            told = el("p", line(whole), class_="good")
        except (LedgerError, StoreError) as error:
            told = el("p", str(error), class_="bad", role="alert")
        return page(
            wanted, say("Receipts and log"), shown if rows else none,
            el("h2", say("The audit log")), told,
            el("p", say("Each line carries the hash of the one before. No line holds a title, an"
                        " address or a text, and none leaves this machine.")),
            el("pre", *self._lines(), tabindex="0", dir="ltr"),
        )  # fmt: skip

    def _lines(self) -> list[str]:
        try:
            tail = read_tail(self._paths.audit, limit=_TAIL)
        except (FileNotFoundError, StoreError):
            return []
        lines = tail.decode("ascii", errors="replace").splitlines()
        return [f"{one} " for one in lines[-40:]]
