"""The second sieve: secret shapes are taken out of what was typed, of titles and of notes. Pure."""
