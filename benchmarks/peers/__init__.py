"""Other graders, each in an environment of its own, which judge the same checks in their own way."""
