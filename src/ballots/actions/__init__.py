"""Every change of voting by phone, each asked of its module: clock, extending, casting, speaking, proxies, reminding."""
