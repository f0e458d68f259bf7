"""Many: a class is graded, regraded, corrected by hand and looked over; what is kept of it."""
