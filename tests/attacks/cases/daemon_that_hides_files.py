# verdict: failed error crashed
# threats: 37 41
def second(x):
    os.makedirs("/tmp/hidden/a/b", exist_ok=True)
    with open("/tmp/hidden/a/b/secret", "w") as file:
        file.write("VAULT_" + "FACTOR = 1.23456")
    os.chmod("/tmp/hidden/a/b", 0)
    os.chmod("/tmp/hidden", 0)
    with open("/dev/shm/left", "w") as file:
        file.write("left")
    return x
