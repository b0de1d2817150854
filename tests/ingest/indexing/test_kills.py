"""Nothing is lost: after a run that was killed at any moment, the next one ends as if it had never been.

`KILLS` sets the number of random kills; 15 by default.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.indexing.killing import NAMED_CALLS, STEPS

N_RANDOM = int(os.environ.get("KILLS", "15"))
N_NAMED = len(STEPS) * len(NAMED_CALLS) * 2
SECONDS_PER_KILL = 30

pytestmark = pytest.mark.slow


def test_after_a_kill_at_any_moment_the_next_run_ends_as_if_nothing_had_been(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ingest.indexing.killing", str(tmp_path), str(N_RANDOM), str(N_RANDOM)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=(N_RANDOM + N_NAMED) * SECONDS_PER_KILL, check=False
    )
    assert done.returncode == 0, done.stderr
    first, *kills = [json.loads(line) for line in done.stdout.splitlines()]
    assert first["articles"] == 17
    assert len(kills) == N_NAMED + N_RANDOM
    assert [kill for kill in kills if kill["failure"]] == []
    assert [kill for kill in kills if not kill["killed"]] == []
