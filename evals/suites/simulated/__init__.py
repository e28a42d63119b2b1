"""The simulated suite: charts whose builder knows what it planted."""
