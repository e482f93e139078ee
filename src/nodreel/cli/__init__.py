"""The face in the terminal: one file per command."""
