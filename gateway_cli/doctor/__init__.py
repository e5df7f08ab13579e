"""`weir doctor`: one check a file, each of which looks at one thing, changes nothing and shows no secret."""
