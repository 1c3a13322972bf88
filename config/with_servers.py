"""``python -m config.with_servers COMMAND …``: run a command while the embedded servers are up."""

import subprocess
import sys

from config import embedded


def main() -> int:
    try:
        with embedded.running():
            return subprocess.run(sys.argv[1:]).returncode
    except embedded.EmbeddedError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
