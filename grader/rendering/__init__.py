"""What people read in a terminal: functions of the engine's values and a console, which decide nothing."""
