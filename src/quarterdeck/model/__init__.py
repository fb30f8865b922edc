"""The business as data: table declarations, Company, Plan, Problem, Settings, checks. No I/O, no algorithms."""

from quarterdeck.model.company import Company
from quarterdeck.model.plan import Plan
from quarterdeck.model.problem import Problem
from quarterdeck.model.results import RESULTS
from quarterdeck.model.settings import Settings
from quarterdeck.model.table import ColumnInfo, Table
from quarterdeck.model.tables import TABLES

__all__ = ["RESULTS", "TABLES", "ColumnInfo", "Company", "Plan", "Problem", "Settings", "Table"]
