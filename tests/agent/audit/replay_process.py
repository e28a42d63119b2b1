"""Replay a database's whole record in a process of its own, and tell what came of it in one line."""

import sys

from agent.audit.replay import replay_all
from tests.agent.audit.recorded import ME

report = replay_all(sys.argv[1], ME)
sys.stdout.write(f"{report.decisions} {report.is_identical}\n")
