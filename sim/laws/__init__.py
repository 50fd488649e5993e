"""Pure laws, compiled: one file a subject, its fit in `calibration` under the same name."""
