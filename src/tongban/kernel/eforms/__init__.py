"""The form engine (表单): the questions of several items as one form, each agency its own part.

Words   Element (数据元): what a datum is; Ask (要求): one item wants it; Field (字段): asked once,
        for all; Form (表单); Value (值) with its source; Problem (问题): a sentence beside a field
Life    asks -> merge -> prefill from registers -> parse what was typed -> check -> project per item
Limits  one field per (role, element, period); contradictory asks are faults when publishing, and a
        form of fewer items has no faults that the whole has not
Pure    no Django, no HTTP, no clock (pass `today` in the facts), no tables
"""
