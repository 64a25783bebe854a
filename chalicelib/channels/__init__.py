"""One module per provider: is it authentic, what does it say, how do we answer."""
