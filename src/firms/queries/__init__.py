"""Every read of the register of firms, by noun."""
