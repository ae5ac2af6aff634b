"""Pages of the register of firms, by noun."""
