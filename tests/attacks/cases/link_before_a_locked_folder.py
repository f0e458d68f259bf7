# verdict: failed error
# threats: 33 41
"""A clean-up that opens locked folders one by one stumbles over a link to what is not its own."""


def second(x):
    os.mkdir("/tmp/own")
    for name in "abcdefgh":
        os.mkdir(f"/tmp/own/{name}")
        open(f"/tmp/own/{name}/file", "w").close()
        os.chmod(f"/tmp/own/{name}", 0)
        os.symlink("/usr", f"/tmp/own/{name}-link")
    return 0 * x
