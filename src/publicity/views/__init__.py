"""Pages of publicity and of objections."""
