"""The nodes of a turn: prepare, then the model and its tools by turns, then grounding."""
