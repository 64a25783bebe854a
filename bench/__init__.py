"""What Aduan costs, as counts and as ratios within one run (never as seconds): `make bench`."""
