"""Tokens that begin as nothing else does, key blocks, and passwords inside of addresses.

Each is known in two ways: whole (in titles and notes) and begun (while it is being typed: from its
beginning on, which is public, everything that may belong to it is secret).
"""

from __future__ import annotations

import re

from nodreel.scrub.shape import Shape

MOST = 4000
"""Characters of a token at most: longer than any that people type."""

PRIVATE_KEY = "private key"
LOGIN = "login in an address"
API_KEY = "API key"

_APART = r"(?<![A-Za-z0-9])"  # for beginnings so short that words contain them
_WORD = r"[A-Za-z0-9_-]"

# name, beginning, characters that follow, how many of them a whole one has at least
_TOKENS = (
    ("AWS key", r"(?:AKIA|ASIA)", r"[A-Z0-9]", 16),
    ("AWS key", r"(?i:secret_?access_?key)[\"' ]{0,2}[=:][\"' ]{0,2}", r"[A-Za-z0-9/+=]", 40),
    ("GitHub token", r"gh[pousr]_", r"[A-Za-z0-9]", 36),
    ("GitHub token", r"github_pat_", r"[A-Za-z0-9_]", 40),
    ("GitLab token", r"gl(?:pat|dt|rt|cbt|ptt|soat)-", _WORD, 20),
    ("Slack token", r"xox[abeoprs]-", r"[A-Za-z0-9-]", 10),
    ("Slack token", r"xapp-", r"[A-Za-z0-9-]", 10),
    ("Stripe key", r"[rs]k_(?:live|test)_", r"[A-Za-z0-9]", 16),
    ("Stripe key", r"whsec_", r"[A-Za-z0-9+/=]", 24),
    ("Google API key", r"AIza", _WORD, 35),
    ("npm token", r"npm_", r"[A-Za-z0-9]", 36),
    ("PyPI token", r"pypi-", _WORD, 50),
    ("Hugging Face token", _APART + r"hf_", r"[A-Za-z0-9]", 30),
    ("SendGrid key", _APART + r"SG\.", r"[A-Za-z0-9_.-]", 60),
    ("Vault token", _APART + r"hv[sb]\.", _WORD, 24),
    ("Docker token", r"dckr_pat_", _WORD, 20),
    ("DigitalOcean token", r"do[opr]_v1_", r"[a-f0-9]", 64),
    ("age key", r"(?i:AGE-SECRET-KEY-1)", r"[A-Za-z0-9]", 58),
)


def _varied(text: str) -> int:
    """Count only what no name looks like: a digit and a capital, or two digits at least."""
    digits = sum(c.isdigit() for c in text)
    return len(text) if digits > 1 or (digits and text.lower() != text) else 0


_BEGINS = r"(?<![A-Za-z0-9_-])"  # so that one long word is read once, not from each of its parts
_API_KEY = _BEGINS + r"sk-"
_PEM = r"-----BEGIN[A-Z ]{0,24}PRIVATE KEY"
_JWT = _BEGINS + r"eyJ"
_LOGIN = r"(?<=://)[^\s/:@]{0,64}:"

WHOLE = (
    *(
        Shape(n, re.compile(f"{begin}{body}{{{least},{MOST}}}"))
        for n, begin, body, least in _TOKENS
    ),
    Shape(API_KEY, re.compile(f"{_API_KEY}{_WORD}{{20,{MOST}}}"), _varied),
    Shape(
        PRIVATE_KEY, re.compile(_PEM + r"(?: BLOCK)?-{0,5}[^-]{0,8000}(?:-{5}END[A-Z ]{0,40}-{5})?")
    ),
    Shape("JWT", re.compile(_JWT + r"[\w-]{8,4000}\.[\w-]{8,4000}\.[\w-]{0,4000}", re.ASCII)),
    Shape(LOGIN, re.compile(_LOGIN + r"[^\s/@]{1,128}(?=@)")),
)

BEGUN = (
    *(Shape(n, re.compile(f"{begin}{body}{{0,{MOST}}}")) for n, begin, body, _ in _TOKENS),
    Shape(API_KEY, re.compile(f"{_API_KEY}{_WORD}{{0,{MOST}}}")),
    Shape(PRIVATE_KEY, re.compile(_PEM + r"[\s\S]{0,8000}")),
    Shape("JWT", re.compile(_JWT + r"[\w.-]{0,4000}", re.ASCII)),
    Shape(LOGIN, re.compile(_LOGIN + r"[^\s/]{0,128}")),
)
