"""One file a family of metrics; the catalogue gathers them."""
