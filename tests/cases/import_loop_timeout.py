# verdicts: first=timeout second=timeout third=timeout
# limits: import_s=1.0
# says: importing the file failed: no answer within the time limit
while True:
    pass
