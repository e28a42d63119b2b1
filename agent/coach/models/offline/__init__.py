"""The model that needs none: it chooses tools by the words of a question and speaks from templates."""
