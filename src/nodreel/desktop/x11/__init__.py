"""The senses on X11: input, scene and pixels, straight from the X server."""
