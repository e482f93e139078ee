"""The yes: terms, ceremony, grant, ledger, withdrawal."""
