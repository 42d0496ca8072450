"""Tests of the simulated gateway: what it answers, message by message."""
