"""Every change to the register through files: taking one in, checking and importing it, taking it back, looking at telephones."""
