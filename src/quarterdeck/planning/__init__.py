"""From a company to a plan: the stages in their order, and the comparison of plans."""
