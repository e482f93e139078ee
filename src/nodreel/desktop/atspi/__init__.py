"""What apps on Linux say of their fields and elements, over plain D-Bus (AT-SPI)."""
