"""What a shop says about its club: publish it, read it, and try it out with a clock of its own."""
