"""One module and one stylesheet for each place of the desk; imported on first use."""
