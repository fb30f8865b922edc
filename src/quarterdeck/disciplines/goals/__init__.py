"""How good a plan is: every KPI with its value, unit, target and formula.

:data:`~quarterdeck.disciplines.goals.definitions.DEFINITIONS` lists them; the modules ``service``, ``stock``, ``load``
and ``money`` measure them, each from the tables it needs, and nothing where a company has no such tables.
"""
