"""The environment in ``.venv``, and what it is made of: installers, locks, licences, bill of materials.

What runs before anything is installed uses the standard library alone.
"""
