"""Sealed releases: what they hold, how they are written, verified and loaded.

The names are not gathered here, so that ``verification`` stays importable with the standard library
alone.
"""
