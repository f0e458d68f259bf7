import matplotlib.pyplot as plt
from bptt import *

plt.show()
