"""What runs on Lambda: one folder per domain, one file per endpoint."""
