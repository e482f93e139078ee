"""From thousands of sealed episodes to one data set: checked, withdrawn people left out, split.

The heavy libraries (Daft, pyarrow, obstore) are an extra, and nothing of a recording's machine
imports this. The way: ``survey`` what is there, ``plan`` the shards, ``engine`` has each made by
``shard`` on one machine or many, ``build`` puts it together and writes the card.
"""
