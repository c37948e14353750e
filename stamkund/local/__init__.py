"""The cloud on a laptop: database, gateway, stream pump, timed jobs."""
