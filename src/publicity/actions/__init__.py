"""Changes of publicity periods and of objections."""
