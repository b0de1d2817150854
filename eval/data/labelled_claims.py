"""Reads labelled claims, JSON lines of `{"claim", "evidence": [sentence, …], "label"}`, as a checker takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.data.questions import file_hash, read_lines, reasons
from ingest.cleaning.languages import recognise_language
from rag.checking.calibration import Provenance
from rag.errors import DatasetError
from rag.records import Article, Window

Label = Literal["supported", "partially_supported", "not_supported", "unsupported", "contradicted", "neutral"]


class _ClaimLine(BaseModel):
    model_config = ConfigDict(extra="ignore")

    claim: str = Field(min_length=1)
    evidence: list[str] = Field(min_length=1)
    label: Label
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledClaim:
    """A claim with its evidence sentences; only the label supported counts as support, partial support doesn't."""

    claim: str
    evidence: tuple[str, ...]
    label: Label
    question: str = ""

    @property
    def is_supported(self) -> bool:
        """Whether the evidence supports the whole claim."""
        return self.label == "supported"


def load_claims(path: Path) -> list[LabelledClaim]:
    """The labelled claims of a file, in its order; other keys of a line are ignored.

    Raises:
        DatasetError: a line is wrong, or the file holds no claim.
    """
    claims = []
    for number, data in read_lines(path):
        try:
            line = _ClaimLine.model_validate(data)
        except ValidationError as exc:
            raise DatasetError(f"{path}, line {number}: {reasons(exc)}.") from exc
        sentences = tuple(sentence.strip() for sentence in line.evidence if sentence.strip())
        claims.append(LabelledClaim(claim=line.claim, evidence=sentences, label=line.label, question=line.question))
    if not claims:
        raise DatasetError(f"{path} holds no claim.")
    return claims


def as_evidence(sentences: tuple[str, ...]) -> tuple[Window, ...]:
    """The sentences as evidence of one made-up article, in which they stand one a line."""
    text = "\n".join(sentences)
    article = Article(id="0" * 16, source="claims", text=text, language=recognise_language(text) or "en")
    evidence, start = [], 0
    for sentence in sentences:
        evidence.append(Window(article=article, start=start, end=start + len(sentence)))
        start += len(sentence) + 1
    return tuple(evidence)


def provenance(path: Path, claims: Sequence[LabelledClaim]) -> Provenance:
    """Where a calibration on these claims comes from, dated today."""
    n_supported = sum(claim.is_supported for claim in claims)
    return Provenance(
        dataset=path.name,
        dataset_sha256=file_hash(path),
        date=datetime.now(UTC).date().isoformat(),
        n_supported=n_supported,
        n_unsupported=len(claims) - n_supported,
    )
