"""Members: joining, the card, points and tiers, what staff decides, and what time alone changes."""
