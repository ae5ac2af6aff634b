"""Every read of the figures and of the cases behind them."""
