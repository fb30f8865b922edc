"""Exit codes of the command line, documented in ``docs/reference/cli.md``."""

OK = 0
"""Everything was done."""
FAULTS = 1
"""Done as far as possible, or nothing done, because the data has errors; they are listed."""
USAGE = 2
"""The command was not understood."""
NO_WORKSPACE = 3
"""There is no workspace in the folder, or no plan in the workspace."""
"""The command is known, and cannot be done by this version or installation."""
