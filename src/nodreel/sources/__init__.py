"""Hands and eyes: turn what a desktop senses into events and frames. Started by the agent only."""
