"""Use cases: load, compute, save. The only place where data meets planning."""
