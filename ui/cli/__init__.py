"""The command line, one file for each group of commands.

Commands import heavy libraries inside their functions, so that `footnote --help` is quick.
"""
