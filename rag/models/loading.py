"""Loading by `provider:name`: each role has a dictionary of loaders, and a setting names the provider and the model."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from rag.errors import SettingsError
from rag.settings import Settings

T = TypeVar("T")

Loader: TypeAlias = Callable[[str, Settings], T]
"""Takes the name that follows the provider, and the settings; returns the model."""


def load_named(role: str, spec: str, loaders: Mapping[str, Loader[T]], settings: Settings) -> T:
    """Return the model that a `provider:name` names.

    Args:
        role: the setting that names it, such as `llm`.
        spec: the setting's value, such as `openai:gpt-5`.
        loaders: by provider.
        settings: passed on to the loader.

    Raises:
        SettingsError: the provider is unknown.
    """
    provider, _, name = spec.partition(":")
    if provider not in loaders:
        known = ", ".join(f"{known}:…" if known != "none" else known for known in loaders)
        raise SettingsError(f"Unknown {role} {spec!r}. Set {role} to one of: {known}.")
    return loaders[provider](name, settings)


def thread_count(settings: Settings) -> int:
    """Return how many threads a model may use: those of the settings, or else one for each core of this process."""
    if settings.threads:
        return settings.threads
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
