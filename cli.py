"""The command `learn`."""

from grader.commands.main import main

if __name__ == "__main__":
    main()
