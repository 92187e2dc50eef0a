"""Run the indicators' kernels over many symbols at once."""
