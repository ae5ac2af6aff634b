"""规则设置: the pages on which a compound's and a city's rules are read and set, by noun."""
