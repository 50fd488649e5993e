"""The forecasts that a forecaster has to beat, one to a file."""
