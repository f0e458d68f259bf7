"""What goes out of a course: bundles for students, autograders for other platforms. Generated, never kept by hand."""
