"""Tests of the catalogue, domain by domain: golden frames, and round trips at every version that changes something."""
