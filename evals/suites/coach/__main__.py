"""Write ``decisions.json`` anew from the walks of today; look at what changed before it is committed."""

from evals.suites.coach.record import FOLDER, decisions_of, write_decisions
from evals.suites.coach.sheets import read_sheets

if __name__ == "__main__":
    write_decisions(decisions_of(read_sheets(FOLDER)), FOLDER / "decisions.json")
