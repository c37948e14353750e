"""The plumbing between HTTP and the functions: declarations, callers, problems, documentation."""
