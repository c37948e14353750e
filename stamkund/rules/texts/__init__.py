"""What a person reads, one catalogue per language: a code and its sentence.

What stands beside a number, such as a statement line, has no full stop; all else are sentences.
`{points:point|points}` writes the number and the word that goes with it, one or many.
"""
