# verdicts: first=error second=error third=error
# line: none
# says: `first` is not defined in vault.py
