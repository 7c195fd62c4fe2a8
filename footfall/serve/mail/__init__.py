"""Reports by e-mail: when they are due, what stands in them, how they are written and sent."""
