"""The wire's documents, in and out."""
