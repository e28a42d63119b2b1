"""Runs: started, executed detached, followed, cancelled, taken up again, explained and replayed."""
