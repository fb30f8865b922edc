"""Benchmarks: quality, speed and memory. Run by hand; see ``docs/benchmarks.md``."""
