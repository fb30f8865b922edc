"""Scheduling: a finite-capacity schedule of every operation over machines, people and calendars.

``stage.run`` turns the orders of a plan into operations with times and resources; ``schedule`` in ``search``
is the method behind it (arrays in, arrays out), ``check`` in ``checker`` the independent judge of its answer.
"""
