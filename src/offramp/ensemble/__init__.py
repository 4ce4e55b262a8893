"""The ensemble: sampled worlds, run chunk by chunk on any executor, kept on disk so that nothing is computed
twice.
"""
