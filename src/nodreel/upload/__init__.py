"""What leaves the machine, and only this does: released segments, and requests to delete them.

``run`` sends and ``requests`` asks for deletion; ``inbox`` and ``sweep`` are the receiving end,
which needs no server of its own and no private key of the recordings. All of them know one small
protocol, ``objects.ObjectStore``; ``remote`` is the only file that reaches a network.
"""
