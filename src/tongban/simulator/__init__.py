"""The city lives: people, firms and officials act by the same actions, on a moved clock."""
