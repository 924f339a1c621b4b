"""What every part stands on: programmes, parameters, tables, files, expressions, words, the clock."""
