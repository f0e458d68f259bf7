# verdicts: first=crashed second=crashed third=crashed
# says: importing the file failed: the code ended its own process
import os

os._exit(0)
