"""The prescreening model: labels, time split, training, calibration, measures, reasons."""
