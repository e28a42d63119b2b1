"""Facts against hand-drawn tables, against a naive second implementation, and against the laws every fact obeys."""
