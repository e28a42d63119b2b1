"""The `analysis` assistant: a recorded analysis as a LangGraph graph that any LangGraph client can run and watch."""
