"""From outcomes to a calibration: fitted on the first days, reported on the others."""
