"""The heart of Aduan: what a complaint is and what may happen to it. Pure, no input or output."""
