"""Every change to the register of firms, by noun."""
