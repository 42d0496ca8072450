"""Sockets, the private IO thread, and the way back to user code.

Knows sessions, but neither state nor the public API.
"""
