"""Secrets that nobody owns, made from a seed: some of each detector, and what of them may stay."""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stdnum import luhn, verhoeff
from stdnum.iso7064 import mod_11_10

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

ALNUM = string.ascii_letters + string.digits
WORD = ALNUM + "_-"
UPPER = string.ascii_uppercase + string.digits


@dataclass(frozen=True, slots=True)
class Sample:
    """``shown``: so many characters at its beginning may stay when it is typed slowly."""

    name: str
    text: str
    shown: int


def some(rng: Random, letters: str, count: int) -> str:
    return "".join(rng.choices(letters, k=count))


# name, what it begins with, what follows, how many
TOKENS = (
    ("AWS key", "AKIA", UPPER, 16),
    ("AWS key", "ASIA", UPPER, 16),
    ("AWS key", "secret_access_key = ", ALNUM + "/+", 40),
    ("GitHub token", "ghp_", ALNUM, 36),
    ("GitHub token", "ghs_", ALNUM, 36),
    ("GitHub token", "github_pat_", ALNUM + "_", 82),
    ("GitLab token", "glpat-", WORD, 20),
    ("Slack token", "xoxb-", string.digits, 24),
    ("Slack token", "xapp-", ALNUM, 40),
    ("Stripe key", "sk_live_", ALNUM, 24),
    ("Stripe key", "whsec_", ALNUM, 32),
    ("Google API key", "AIza", WORD, 35),
    ("npm token", "npm_", ALNUM, 36),
    ("PyPI token", "pypi-AgEIcHlwaS5vcmc", WORD, 60),
    ("Hugging Face token", "hf_", string.ascii_letters, 34),
    ("SendGrid key", "SG.", ALNUM, 66),
    ("Vault token", "hvs.", ALNUM, 24),
    ("Docker token", "dckr_pat_", ALNUM, 27),
    ("DigitalOcean token", "dop_v1_", "0123456789abcdef", 64),
    ("age key", "AGE-SECRET-KEY-1", UPPER, 58),
    ("API key", "sk-", ALNUM, 48),
    ("API key", "sk-ant-api03-", WORD, 93),
    ("API key", "sk-proj-", ALNUM, 48),
)


def iban(rng: Random, country: str, pattern: str) -> str:
    """``pattern``: a = letter, n = digit; the check digits are worked out."""
    body = "".join(rng.choice(UPPER[:26] if c == "a" else string.digits) for c in pattern)
    number = int("".join(str(int(c, 36)) for c in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02}{body}"


def grouped(text: str, size: int, between: str) -> str:
    return between.join(text[i : i + size] for i in range(0, len(text), size))


def card(rng: Random, begins: str, length: int) -> str:
    body = begins + some(rng, string.digits, length - 1 - len(begins))
    return body + luhn.calc_check_digit(body)


def german(rng: Random) -> str:
    first, *others = rng.sample(string.digits, 9)
    body = rng.choice("123456789") + "".join([first, *others])
    while sorted(body.count(d) for d in set(body)) != [1] * 8 + [2]:
        body = rng.choice("123456789") + some(rng, string.digits, 9)
    number = body + mod_11_10.calc_check_digit(body)
    return f"{number[:2]} {number[2:5]} {number[5:8]} {number[8:]}"


def checked(rng: Random, make: Callable[[], str], valid: Callable[[str], bool]) -> str:
    while not valid(made := make()):
        pass
    return made


def nationals(rng: Random) -> Iterator[tuple[str, str, int]]:
    from stdnum.be import nn
    from stdnum.br import cpf
    from stdnum.ch import ssn as ch
    from stdnum.es import dni
    from stdnum.fr import nir
    from stdnum.it import codicefiscale
    from stdnum.pl import pesel
    from stdnum.se import personnummer
    from stdnum.us import ssn

    def n(least: int, most: int, width: int) -> str:
        return f"{rng.randint(least, most):0{width}}"

    def born() -> str:
        return f"{n(30, 99, 2)}{n(1, 12, 2)}{n(1, 28, 2)}"

    def dotted() -> str:
        b = born()
        return f"{b[:2]}.{b[2:4]}.{b[4:]}-{n(1, 997, 3)}.{n(1, 97, 2)}"

    letters = string.ascii_uppercase
    yield (
        "US",
        checked(rng, lambda: f"{n(1, 665, 3)}-{n(1, 99, 2)}-{n(1, 9999, 4)}", ssn.is_valid),
        7,
    )
    yield "DE", german(rng), 7
    yield "FR", checked(rng, lambda: f"{n(1, 2, 1)}{n(10, 99, 2)}{n(1, 12, 2)}{n(1, 95, 2)}"
                        f"{n(1, 990, 3)}{n(1, 999, 3)}{n(1, 97, 2)}", nir.is_valid), 7  # fmt: skip
    yield "ES", checked(rng, lambda: n(1, 99999999, 8) + rng.choice(letters), dni.is_valid), 7
    yield "IT", checked(rng, lambda: f"{some(rng, 'BCDFGLMNPRST', 6)}{n(30, 99, 2)}"
                        f"{rng.choice('ABCDEHLMPRST')}{n(1, 28, 2)}H501{rng.choice(letters)}",
                        codicefiscale.is_valid), 8  # fmt: skip
    yield (
        "CH",
        grouped_ch(checked(rng, lambda: "756" + some(rng, string.digits, 10), ch.is_valid)),
        7,
    )
    yield "BE", checked(rng, dotted, nn.is_valid), 7
    yield "PL", checked(rng, lambda: born() + n(0, 99999, 5), pesel.is_valid), 7
    yield "SE", checked(rng, lambda: f"{born()}-{n(1, 9999, 4)}", personnummer.is_valid), 7
    yield "BR", checked(rng, lambda: f"{n(0, 999, 3)}.{n(0, 999, 3)}.{n(0, 999, 3)}-{n(0, 99, 2)}",
                        cpf.is_valid), 7  # fmt: skip
    base = rng.choice("23456789") + some(rng, string.digits, 10)
    yield "IN", grouped(base + verhoeff.calc_check_digit(base), 4, " "), 7


def after(text: str, count: int) -> int:
    """Where the text goes on after so many letters and digits."""
    return [n for n, c in enumerate(text) if c.isalnum()][count]


def grouped_ch(number: str) -> str:
    return f"{number[:3]}.{number[3:7]}.{number[7:11]}.{number[11:]}"


def samples(rng: Random) -> Iterator[Sample]:
    """Yield a new sample of every shape."""
    for name, begins, letters, count in TOKENS:
        body = some(rng, letters, count - 2) + some(rng, "0123456789", 2)
        yield Sample(name, begins + body, len(begins))
    jwt = [some(rng, WORD, n) for n in (30, 60, 43)]
    yield Sample("JWT", f"eyJ{jwt[0]}.eyJ{jwt[1]}.{jwt[2]}", 3)
    head = f"-----BEGIN {rng.choice(['', 'RSA ', 'EC ', 'OPENSSH '])}PRIVATE KEY"
    lines = "\n".join(some(rng, ALNUM + "+/", 64) for _ in range(2))
    yield Sample(
        "private key", f"{head}-----\n{lines}\n{head.replace('BEGIN', 'END')}-----", len(head)
    )
    login = f"{some(rng, ALNUM, 6)}:{some(rng, ALNUM + '!$%', 12)}"
    yield Sample("login in an address", login, login.index(":"))
    for begins, length in (("4", 16), ("51", 16), ("2221", 16), ("6011", 16)):
        number = card(rng, begins, length)
        for text in (number, grouped(number, 4, " "), grouped(number, 4, "-")):
            yield Sample("card number", text, after(text, 7))
    yield Sample("card number", card(rng, "37", 15), 7)
    for country, pattern in (("DE", 18 * "n"), ("GB", "aaaa" + 14 * "n"), ("FR", 23 * "n"),
                             ("NL", "aaaa" + 10 * "n"), ("MT", "aaaa" + 23 * "n"),
                             ("IT", "a" + 22 * "n"), ("NO", 11 * "n")):  # fmt: skip
        plain = iban(rng, country, pattern)
        for text in (plain, grouped(plain, 4, " "), plain.lower()):
            yield Sample("bank account number", text, after(text, 11))
    for country, text, shown in nationals(rng):
        yield Sample(f"national id {country}", text, after(text, shown))


def in_context(sample: Sample) -> tuple[str, str]:
    """What stands before and behind it where its shape takes that."""
    return ("https://", "@host/") if sample.name.startswith("login") else ("see ", " and")
