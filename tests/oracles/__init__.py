"""Slow, obvious reference models that share no code with the product. Used by tests only.

`menu`         nested logit probabilities by the formula
`day_step`     soldiers in NumPy arrays, one small time step after another; error O(step)
`mean_field`   cohorts on Gauss-Hermite nodes; wrong in small squads that depend strongly on each other
`squad_chain`  the exact Markov chain of one squad of identical soldiers
`queue`        first in, first out, with a daily capacity and hazards while waiting
"""
