"""How the command line shows a walk, a decision, an explanation and the rules; plain text where nobody watches."""
