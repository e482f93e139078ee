"""Open an episode and look at everything; prints peak memory in KiB above the start, and damage."""

from __future__ import annotations

import json
import resource
import sys

from nodreel import open_episode


def main() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    episode = open_episode(sys.argv[1], sys.argv[2])
    for _ in episode:
        pass
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps({"peak": peak, "grew": peak - before, "damage": list(map(str, episode.damage))})
    )


if __name__ == "__main__":
    main()
