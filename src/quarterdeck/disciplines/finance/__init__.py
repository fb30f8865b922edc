"""Money: what every item and order costs, and what the plan does to the bank account.

- :mod:`~quarterdeck.disciplines.finance.rollup`: standard cost of each item, bottom-up, with its parts
- :mod:`~quarterdeck.disciplines.finance.work_costs`: machine, labour, set-up and overhead cost of the steps
- :mod:`~quarterdeck.disciplines.finance.prices`: purchase prices with their breaks
- :mod:`~quarterdeck.disciplines.finance.order_costs`: what each open and planned order costs
- :mod:`~quarterdeck.disciplines.finance.terms`: when an invoice is paid, in which parts
- :mod:`~quarterdeck.disciplines.finance.cash`: dated lines with a running balance
- :mod:`~quarterdeck.disciplines.finance.stage`: all of it for a plan
"""
