"""The disciplines of operations; each has a stage of the plan and the methods behind it, and none knows another."""
