"""The metrics, one concept a file: formula, edge cases and source in its docstring, the arithmetic in its test."""
