"""The commands of the command line, one file a group; heavy imports are inside them: help is quick."""
