"""The side-by-side benchmark: `make bench` runs it. Only the standard library is needed."""
