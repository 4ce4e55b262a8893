"""How fast Offramp is, as ratios to peers on one machine in one run.

`python -m benchmarks` writes RESULTS.md. Nothing here is asserted in a test: times belong to a machine.
What the tests do assert is that the peers give the same answer, so that a ratio compares like with like.
"""
