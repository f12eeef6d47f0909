"""Verdicts shown: plain lines, JSON, JUnit XML, one HTML page, and progress on a terminal.

No report holds a wall time, a port, a file's path or a duration, so the same seed gives the same bytes.
"""
