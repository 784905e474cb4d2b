"""The rules of the house that no linter knows. Every fault says where it is and what to write.

What is allowed in spite of a rule stands beside the rule by name, with its reason; these lists are
to shrink.
"""
