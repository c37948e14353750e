"""Bring a friend: codes and links, who brought whom, and what it brings."""
