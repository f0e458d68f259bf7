# verdicts: first=error second=error third=error
# line: 4
# says: importing the file raised `ModuleNotFoundError`: No module named 'tensorflow'
import tensorflow
