"""What a person reads, one catalogue per language: a code and its sentence.

Statement lines are headings beside a number and have no full stop; all others are sentences.
`{points:point|points}` writes the number and the word that goes with it, one or many.
"""
