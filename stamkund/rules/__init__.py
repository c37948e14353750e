"""What a loyalty programme is: pure functions; no HTTP, database, clock or chance."""
