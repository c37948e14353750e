"""`make replay`: a year of real purchases, driven through the running club as a shop would."""
