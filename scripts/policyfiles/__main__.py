"""Writes all files that follow from the policy's model: python -m scripts.policyfiles."""

from __future__ import annotations

from scripts.policyfiles.fields import ROOT
from scripts.policyfiles.files import files

for name, data in files().items():
    target = ROOT / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_bytes() != data:
        target.write_bytes(data)
        print(name)
