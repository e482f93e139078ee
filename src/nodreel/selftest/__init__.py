"""The self-test: plants marked words where nothing may be recorded, then searches for them.

It records into a folder of its own, sealed to a key that is thrown away, after a yes of its own.
"""
