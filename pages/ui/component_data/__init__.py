"""What Python gives to components as `data`, and what they give back; see `core.protocol` for what sockets say.

One file a component, `shared` what several are given. Keys are TypedDicts: mypy holds Python to them, and
`tests/test_protocol.py` the scripts.
"""
