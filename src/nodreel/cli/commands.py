"""Which commands there are. Each is imported only when it is used: one face per file."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import click


def _consent() -> click.Command:
    from nodreel.cli.consent import consent

    return consent


def _audit() -> click.Command:
    from nodreel.cli.audit import audit

    return audit


def _start() -> click.Command:
    from nodreel.cli.start import start

    return start


def _stop() -> click.Command:
    from nodreel.cli.stop import stop

    return stop


def _pause() -> click.Command:
    from nodreel.cli.pause import pause

    return pause


def _resume() -> click.Command:
    from nodreel.cli.resume import resume

    return resume


def _status() -> click.Command:
    from nodreel.cli.status import status

    return status


def _explain() -> click.Command:
    from nodreel.cli.explain import explain

    return explain


def _selftest() -> click.Command:
    from nodreel.cli.selftest import selftest

    return selftest


def _note() -> click.Command:
    from nodreel.cli.note import note

    return note


def _list() -> click.Command:
    from nodreel.cli.list import list_

    return list_


def _info() -> click.Command:
    from nodreel.cli.info import info

    return info


def _show() -> click.Command:
    from nodreel.cli.show import show

    return show


def _cat() -> click.Command:
    from nodreel.cli.cat import cat

    return cat


def _frame() -> click.Command:
    from nodreel.cli.frame import frame

    return frame


def _actions() -> click.Command:
    from nodreel.cli.actions import actions_

    return actions_


def _view() -> click.Command:
    from nodreel.cli.view import view

    return view


def _export() -> click.Command:
    from nodreel.cli.export import export_

    return export_


def _dataset() -> click.Command:
    from nodreel.cli.dataset import dataset

    return dataset


def _scrub() -> click.Command:
    from nodreel.cli.scrub import scrub_

    return scrub_


def _verify() -> click.Command:
    from nodreel.cli.verify import verify

    return verify


def _delete() -> click.Command:
    from nodreel.cli.delete import delete

    return delete


def _upload() -> click.Command:
    from nodreel.cli.upload import upload

    return upload


def _inbox() -> click.Command:
    from nodreel.cli.inbox import inbox

    return inbox


def _policy() -> click.Command:
    from nodreel.cli.policy import policy

    return policy


def _keys() -> click.Command:
    from nodreel.cli.keys import keys

    return keys


def _doctor() -> click.Command:
    from nodreel.cli.doctor import doctor

    return doctor


def _browsers() -> click.Command:
    from nodreel.cli.browsers import browsers

    return browsers


def _open() -> click.Command:
    from nodreel.cli.open import open_

    return open_


def _service() -> click.Command:
    from nodreel.cli.atlogin import service

    return service


def _fleet() -> click.Command:
    from nodreel.cli.fleet import fleet

    return fleet


def _uninstall() -> click.Command:
    from nodreel.cli.uninstall import uninstall

    return uninstall


def _languages() -> click.Command:
    from nodreel.cli.languages import languages

    return languages


def _completion() -> click.Command:
    from nodreel.cli.completion import completion

    return completion


def _man() -> click.Command:
    from nodreel.cli.man import man

    return man


COMMANDS: dict[str, tuple[Callable[[], click.Command], str]] = {
    "consent": (_consent, "Read the terms, decide, see your receipts, withdraw."),
    "start": (_start, "Start recording your designated apps; asks you first."),
    "stop": (_stop, "Stop, and stay stopped until you start again."),
    "open": (_open, "Open your pages: what is recorded, review, consent."),
    "pause": (_pause, "Pause for some time, or until you resume."),
    "resume": (_resume, "Go on after a pause."),
    "status": (_status, "Say whether anything is recorded, and if not, why."),
    "explain": (_explain, "Say why this second, or an earlier one, is recorded."),
    "note": (_note, "Say in your own words what you are doing."),
    "list": (_list, "Show what is stored."),
    "show": (_show, "Read through an episode."),
    "delete": (_delete, "Delete recordings for good."),
    "upload": (_upload, "Send what was released; ask for deletions."),
    "info": (_info, "Tell what an episode holds, without a key."),
    "actions": (_actions, "Say what was done: clicks, texts, selections."),
    "view": (_view, "Look at an episode in your browser."),
    "export": (_export, "Write an episode in another program's format."),
    "dataset": (_dataset, "Make one data set of many episodes."),
    "scrub": (_scrub, "Take what names people out of episodes, for release."),
    "verify": (_verify, "Check an episode's signatures and hashes."),
    "cat": (_cat, "Print an episode's events as JSON lines."),
    "frame": (_frame, "Save the picture of one moment."),
    "inbox": (_inbox, "Receive what machines send; delete what was withdrawn."),
    "policy": (_policy, "Check and explain what may be recorded at most."),
    "fleet": (_fleet, "For administrators: health, counts, papers."),
    "audit": (_audit, "Check the log of what nodreel did."),
    "browsers": (_browsers, "Let browsers tell nodreel which page is in front."),
    "service": (_service, "Start with your login, to idle."),
    "uninstall": (_uninstall, "End it for you; delete or keep what is stored."),
    "languages": (_languages, "Show, check and add languages of terms and pages."),
    "completion": (_completion, "Let your shell complete nodreel's words."),
    "man": (_man, "Print the manual page."),
    "keys": (_keys, "Make and show a researcher's key."),
    "doctor": (_doctor, "Find what is wrong and how to mend it."),
    "selftest": (_selftest, "Show that nothing else is stored, as a page."),
}
"""Name: how to get the command, and its line in the help; in the order people need them."""
