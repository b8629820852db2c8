"""The command line; `paper-implementer` and `python -m paper_implementer.server` start here."""

import sys


def main() -> None:
    """Start the server at once when that is all that is asked for: an editor waits for it. Else run the command line."""
    if sys.argv[1:] == ["serve"]:
        from paper_implementer.server.factory import create_server

        create_server().run()
    else:
        from paper_implementer.server.cli import main as command_line

        command_line()


if __name__ == "__main__":
    main()
