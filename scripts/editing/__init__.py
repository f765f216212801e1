"""Changes to a practice's file as its supervisor makes them: one value, one entry at a time.

The text stays the truth. An edit changes the lines it is about and no others, so that comments,
order and layout of a file somebody wrote by hand survive. ruamel.yaml, which keeps comments too,
writes some sixty lines of each sample anew at the first edit and takes 170 ms for it; these take
5 ms. The YAML itself is read by PyYAML here as everywhere.
"""
