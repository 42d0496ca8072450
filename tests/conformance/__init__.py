"""Witnesses from outside: the official client in this process, and the tables of protocol facts in `data`."""
