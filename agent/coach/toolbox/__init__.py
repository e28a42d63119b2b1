"""The tools a language model may choose: they read, and none judges. One more starts a run like any other."""
