"""What the government does; neighbours never import each other."""
