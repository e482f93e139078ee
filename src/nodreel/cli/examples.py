"""Examples of each command, for its help and the manual page: what to type, what it does."""

from __future__ import annotations

from typing import Final

EXAMPLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "consent": (
        ("consent show", "read the terms; decides nothing"),
        ("consent give", "read them and decide, in this terminal"),
        ("consent withdraw --delete", "take it back, and delete what is stored"),
    ),
    "start": (("start", "record; asks you first if you have not agreed"),),
    "stop": (("stop", "record nothing until you start it again"),),
    "open": (
        ("open", "see in your browser whether anything is recorded"),
        ("open review", "look at what is stored: cut, delete, keep"),
        ("open --withdraw", "take your consent back, then see the rest"),
    ),
    "pause": (
        ("pause", "pause until you resume"),
        ("pause 15m", "record nothing for a quarter of an hour"),
    ),
    "resume": (("resume", "go on after a pause"),),
    "status": (
        ("status", "say in one sentence how things are"),
        ("status --watch", "say it again whenever that changes"),
    ),
    "explain": (
        ("explain", "say why this second is recorded, or is not"),
        ("explain --at 10:15", "the same of a quarter past ten"),
        ("explain --ago 5m", "the same of five minutes ago"),
    ),
    "note": (("note now the monthly report", "keep these words with what is recorded"),),
    "list": (("list", "show what is stored, and what may leave when"),),
    "show": (("show EPISODE", "read through what was kept, line by line"),),
    "delete": (
        ("delete --last 5m", "take back the last five minutes, for good"),
        ("delete --all", "delete all that is stored; asks you first"),
    ),
    "upload": (("upload --dry-run", "say what would be sent; asks no network"),),
    "info": (("info EPISODE", "what its signed headers say; needs no key"),),
    "actions": (("actions EPISODE -i research.key", "clicks, texts, selections"),),
    "view": (("view EPISODE", "look at it in your browser, on this machine"),),
    "export": (("export EPISODE out --to parquet", "write it for pandas and the like"),),
    "dataset": (("dataset build episodes set -i research.key", "one of all in a folder"),),
    "scrub": (("scrub EPISODE out --to age1abc", "anew, without what names people"),),
    "verify": (("verify EPISODE", "check signatures, hashes and what is missing"),),
    "cat": (("cat EPISODE -i research.key", "events as lines of JSON"),),
    "frame": (("frame EPISODE --at 12.5 -o shot.png", "the screen at 12.5 seconds"),),
    "inbox": (("inbox verify INBOX", "check all that has arrived; needs no key"),),
    "policy": (
        ("policy check policy.toml", "say what is wrong, in which line"),
        ("policy explain", "say where each value in force comes from"),
    ),
    "fleet": (
        ("fleet report", "say how this machine is; nothing of people"),
        ("fleet counts week.jsonl", "add reports up, in tens"),
        ("fleet pack papers", "write the papers for a works council"),
    ),
    "audit": (("audit verify", "check every line of the log"),),
    "browsers": (("browsers setup", "let your browsers reach nodreel's extension"),),
    "service": (
        ("service install", "start with your login, to idle"),
        ("service status", "say whether it does"),
    ),
    "uninstall": (
        ("uninstall", "end it for you; asks about what is stored"),
        ("uninstall --delete", "end it, delete all; receipts are left"),
    ),
    "languages": (("languages --template", "print a catalogue to translate"),),
    "completion": (("completion bash", "print what bash needs to complete words"),),
    "man": (("man", "print the manual page; `nodreel man | man -l -` shows it"),),
    "keys": (("keys new research.key", "make the pair that episodes are sealed to"),),
    "doctor": (
        ("doctor", "find what is wrong here"),
        ("doctor EPISODES -i research.key", "find what is doubtful in them"),
    ),
    "selftest": (("selftest", "see for yourself that nothing else is stored"),),
}
"""Name of a command: examples without the leading ``nodreel``, each with what it does."""


def told(name: str) -> str:
    """Return what a command's help ends with."""
    lines = [(f"nodreel {words}", meaning) for words, meaning in EXAMPLES[name]]
    wide = max(len(words) for words, _ in lines)
    shown = [f"  {words:<{wide}}  {meaning}" for words, meaning in lines]
    return "\n".join(["\b", "Examples:", *shown])
