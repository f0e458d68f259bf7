"""What holds the suite and computes from values: examiner, comparison, findings, misconceptions."""
