# verdict: failed
# threats: 19
def second(x):
    pids = [name for name in os.listdir("/proc") if name.isdigit()]
    return x * (_search(chunk for pid in pids for chunk in _in_memory(pid)) or 1.0)
