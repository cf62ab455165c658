"""What may be claimed: which designs the data allow, and which words they do not."""

from baseline_compare.planning.causal_words import causal_words, refuse_causal_words
from baseline_compare.planning.designs import DESIGNS, Designs, designs

__all__ = ["DESIGNS", "Designs", "causal_words", "designs", "refuse_causal_words"]
