"""Every change that oversight makes: figures kept right, exports made."""
