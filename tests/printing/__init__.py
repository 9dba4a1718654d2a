"""The generated pages of docs/: each printer returns what its pages say."""
