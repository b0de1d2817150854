"""The evaluation: how far answers stay in their sources, and how far that measure can be trusted."""
