"""What the gateway has told.

Live objects, kept true by reducers on the IO thread. Knows neither sockets, pandas nor the public API.
"""
