# verdicts: first=error second=error third=error
# line: none
# says: `first` is not defined in empty_file_error.py
