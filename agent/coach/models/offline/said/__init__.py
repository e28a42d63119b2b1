"""Who speaks on what: each function makes the paragraphs of one intent, from the templates and the tools' values."""
