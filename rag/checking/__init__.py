"""Checking: claims of a draft aligned with windows, judged, and the decision whether to answer."""
