"""Made-up texts of any length."""

from __future__ import annotations


def numbered_sentences(n_sentences: int, subject: str = "railway") -> str:
    """Return sentences that are the same for the same subject, and have other words for another."""
    return " ".join(
        f"The {subject} {n} and the harbour {subject[::-1]}{n * 7} are {subject}{n % 3} told."
        for n in range(n_sentences)
    )
