"""The main job, shown on a real virtual desktop and judged by what others saw, not by ourselves."""
