"""Numerical methods that several disciplines need, and the only place that imports outside solvers."""
