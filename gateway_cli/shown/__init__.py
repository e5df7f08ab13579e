"""How the command line shows what is no plain record: changes of records and plans, as diffs."""
