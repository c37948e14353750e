"""Feedback: what people say, how they are answered, and that they are told what became of it."""
