"""Judge facts by rules that are data: verdicts, margins, the conclusion, and what would have to change."""
