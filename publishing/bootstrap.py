"""Set the project up in ``.venv``: ``python3 publishing/bootstrap.py``, which the Makefile calls.

Any Python from 3.6 can read this file, so that one that is too old says so. The work is done in
``publishing/setup/``, with the standard library alone.
"""

import os
import sys

OLDEST_PYTHON = (3, 11)


def too_old(version: "tuple[int, ...]") -> str:
    """What to say to a Python of this version; empty when it is new enough."""
    if version[:2] >= OLDEST_PYTHON:
        return ""
    wanted, this = (".".join(map(str, one)) for one in (OLDEST_PYTHON, version[:3]))
    remedy = f"Remedy: install a newer Python, or name one: make PYTHON=python{wanted} paper"
    return f"Python {wanted} or newer is needed, this is {this}. {remedy}"


def main() -> int:
    said = too_old(tuple(sys.version_info[:3]))
    if said:
        sys.stderr.write(f"setup: {said}\n")
        return 1
    here = os.path.abspath(__file__)
    if not sys.flags.isolated and os.name == "posix":
        # what the user's variables and site-packages hold must not be imported
        os.execv(sys.executable, [sys.executable, "-I", here, *sys.argv[1:]])
    for stream in (sys.stdout, sys.stderr):
        # what cannot be shown must not end the set-up
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    sys.path.insert(0, os.path.dirname(os.path.dirname(here)))
    from publishing.setup import command

    return command.main()


if __name__ == "__main__":
    sys.exit(main())
