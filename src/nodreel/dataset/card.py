"""The card of a data set: under which consents, for what, until when, who is missing. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from nodreel.action import VERSION
from nodreel.dataset.sieve import keep_until
from nodreel.export.card import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nodreel.dataset.made import Made
    from nodreel.dataset.sieve import Sifted
    from nodreel.dataset.survey import Survey
    from nodreel.policy import Policy

STRADDLES: Final = (
    "A consent is in one split with all its episodes. Consent ids are random and new with each yes:"
    " somebody who agreed twice may be in two splits, and nobody can tell."
)
CANNOT: Final = (
    "Raw events are not in it; each action has the pointer's path and the times of its keys.",
    "Only the frames before and after actions are in it.",
    "It is not sealed: whoever can read it can read what was recorded.",
)
_MOST: Final = 40  # reasons that are told one by one


@dataclass(slots=True)
class Counted:
    """What is in the shards, added up; ``add`` takes them one by one."""

    splits: dict[str, Counter[str]] = field(default_factory=dict)
    consents: dict[str, set[str]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    apps: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    policies: Counter[str] = field(default_factory=Counter)
    purposes: Counter[str] = field(default_factory=Counter)
    tenths: Counter[int] = field(default_factory=Counter)
    scrubbed: Counter[str] = field(default_factory=Counter)

    def add(self, made: Made) -> None:
        """Take one more shard."""
        split = self.splits.setdefault(made.split, Counter())
        people = self.consents.setdefault(made.split, set())
        self.kinds.update(made.kinds)
        self.scrubbed.update(made.scrubbed)
        for row in made.episodes:
            one: Mapping[str, Any] = row
            people.add(one["consent"])
            split.update(
                episodes=1, actions=one["actions"], frames=one["frames"], length_ms=one["length_ms"]
            )
            self.apps.update(one["apps"])
            self.months.update([one["month"]])
            self.policies.update([one["policy"]])
            self.purposes.update([one["purpose"]])
            self.tenths.update([min(9, int(one["score"] * 10))])


def card_of(
    counted: Counted, reasons: Counter[str], sifted: Sifted, policies: Mapping[str, Policy],
    seen: Survey, *, scrub: str = "",
) -> dict[str, Any]:  # fmt: skip
    """Return what the card says, as JSON holds it; ``scrub`` is that of the recipe."""
    last = [day for one in sifted.kept if (day := keep_until(one, policies))]
    return {
        "format": "nodreel data set 1", "actions_version": VERSION,
        "splits": {
            name: {
                "consents": len(counted.consents[name]), **{
                    key: said[key] for key in ("episodes", "actions", "frames")
                }, "hours": round(said["length_ms"] / 3_600_000, 3),
            }
            for name, said in sorted(counted.splits.items())
        },
        "straddles": STRADDLES,
        "purposes": dict(sorted(counted.purposes.items())),
        "policies": [_policy(h, n, policies.get(h)) for h, n in sorted(counted.policies.items())],
        "kept_at_most_until": {
            "first": str(min(last)) if last else None, "last": str(max(last)) if last else None,
            "unknown_episodes": len(sifted.kept) - len(last),
        },
        "withdrawn": {
            "tombstones": len(seen.tombstones), "consents": sifted.consents,
            "episodes_left_out": len(sifted.withdrawn),
        },
        "kept_too_long": len(sifted.expired),
        "held_back": {"episodes": reasons.total(), "reasons": dict(reasons.most_common(_MOST))},
        "kinds": dict(sorted(counted.kinds.items())), "apps": dict(sorted(counted.apps.items())),
        "months": dict(sorted(counted.months.items())),
        "quality_in_tenths": [counted.tenths[n] for n in range(10)],
        "scrubbed": {
            "by": scrub or None,
            "taken_out": dict(sorted(counted.scrubbed.items())),
        },
        "cannot_hold": list(CANNOT),
    }  # fmt: skip


def _policy(sha256: str, episodes: int, policy: Policy | None) -> dict[str, Any]:
    if policy is None:
        return {"sha256": sha256, "episodes": episodes, "known": False}
    return {
        "sha256": sha256, "episodes": episodes, "known": True, "version": policy.version,
        "organisation": policy.organisation.name, "purpose": policy.purpose.text,
        "never_for": list(policy.purpose.not_purposes), "kinds": [str(k) for k in policy.kinds],
        "server_days": policy.limits.server_days,
    }  # fmt: skip


def markdown(card: Mapping[str, Any]) -> str:
    """Return a card for people."""
    return "\n".join(_lines(card)) + "\n"


def _lines(card: Mapping[str, Any]) -> Iterator[str]:
    yield from ("# A data set by nodreel", "")
    yield from (
        "| split | consents | episodes | hours | actions | frames |",
        "|---|--:|--:|--:|--:|--:|",
    )
    for name, said in card["splits"].items():
        cells = (said[key] for key in ("consents", "episodes", "hours", "actions", "frames"))
        yield f"| {name} | {' | '.join(f'{cell:,}' for cell in cells)} |"
    yield from ("", card["straddles"], "", "## What was agreed to", "")
    for purpose, count in card["purposes"].items():
        yield f"- Purpose *{plain(purpose)}*: {count:,} episodes."
    for policy in card["policies"]:
        yield f"- {_policy_said(policy)}"
    yield from ("", "## How long, and who is missing", "", *_missing(card))
    if card["held_back"]["reasons"]:
        yield from ("", "## Held back", "")
        for reason, count in card["held_back"]["reasons"].items():
            yield f"- {count:,}: {plain(reason)}"
    for title, name in (("Actions", "kinds"), ("Apps, in episodes", "apps"), ("Months", "months")):
        told = ", ".join(f"{plain(what)} {count:,}" for what, count in card[name].items())
        yield from ("", f"## {title}", "", told or "none")
    tenths = ", ".join(
        f"{n / 10:.1f}: {count:,}" for n, count in enumerate(card["quality_in_tenths"])
    )
    yield from ("", "## Quality", "", f"Episodes by score, from that tenth on: {tenths}.")
    yield from ("", "## Scrubbed", "", *_scrubbed(card["scrubbed"]))
    yield from ("", "## What it cannot hold", "", *(f"- {line}" for line in card["cannot_hold"]))


def _scrubbed(told: Mapping[str, Any]) -> Iterator[str]:
    if told["by"] is None:
        yield "Nothing was looked for or taken out in this build (`--scrub`)."
        return
    yield "What was known as secret, or as naming somebody, was taken out. Look at a sample."
    for name, count in told["taken_out"].items():
        yield f"- {plain(name)}: {count:,}"


def _policy_said(policy: Mapping[str, Any]) -> str:
    name = f"`{policy['sha256'][:16]}`, {policy['episodes']:,} episodes"
    if not policy["known"]:
        return (
            f"Policy {name}: not given to the build (--policy), so its text and time are unknown."
        )
    return (
        f"Policy {name}: {plain(policy['organisation'])}, version {policy['version']}, for "
        f"*{plain(policy['purpose'])}*, never for {', '.join(policy['never_for'])}; kinds: "
        f"{', '.join(policy['kinds'])}; kept at most {policy['server_days']:,} days."
    )


def _missing(card: Mapping[str, Any]) -> Iterator[str]:
    until, withdrawn = card["kept_at_most_until"], card["withdrawn"]
    if until["first"]:
        first, last = until["first"], until["last"]
        yield f"- The first recordings must be gone after {first}, the last after {last}."
    if count := until["unknown_episodes"]:
        yield f"- Of {count:,} episodes it is not known until when they may be kept."
    stones, consents = withdrawn["tombstones"], withdrawn["consents"]
    yield (
        f"- {stones:,} tombstones were there; for {consents:,} consents "
        f"{withdrawn['episodes_left_out']:,} episodes were left out. Build again when more arrive: "
        "what is withdrawn later is in this copy until then, and in models that learnt from it."
    )
    yield f"- {card['kept_too_long']:,} episodes were left out because their time is over."
    held = card["held_back"]["episodes"]
    yield f"- {held:,} episodes were held back; each with its reason in held.jsonl."
