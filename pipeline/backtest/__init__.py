"""The ladder of models on a rolling-origin backtest."""
