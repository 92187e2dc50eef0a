"""What Redis keeps to save time. Losing it at any moment costs time, never correctness."""
