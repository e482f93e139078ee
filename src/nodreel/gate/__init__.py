"""Who passes: an allowlist, asked at the door and again with hindsight. Pure: no I/O, no clock."""
