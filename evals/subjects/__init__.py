"""What is put to the test: the analysis of this service, its coach, and the baselines it is held against."""
