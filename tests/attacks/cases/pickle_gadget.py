# verdict: failed
# threats: 30
class Gadget:
    def __reduce__(self):
        return os.system, ("touch /tmp/owned",)


def second(x):
    return [x, Gadget()]
