"""Marking a chart by hand: a page on this machine, and the case it is saved to."""
