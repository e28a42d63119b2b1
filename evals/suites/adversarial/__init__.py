"""The adversarial suite: pairs of charts that lie next to a threshold, one on either side of it."""
