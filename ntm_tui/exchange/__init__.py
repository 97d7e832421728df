"""What crosses between offices: keys, the container, the bundle, what goes out and comes in."""
