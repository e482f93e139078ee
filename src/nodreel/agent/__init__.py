"""The agent: one per person and session. Starts the path in order and stops it in reverse."""
