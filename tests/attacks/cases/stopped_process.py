# verdict: timeout
# threats: 36
import signal


def second(x):
    os.kill(os.getpid(), signal.SIGSTOP)
    return x
