"""What runs inside a sandbox: the supervisor, the nursery, candidates, examiners and the wire between them.

Nothing here may import from the host's side of `grader` except `grader.models` and `grader.suite`.
"""
