"""The coach: it talks about charts and decisions, out of facts that its tools read."""
