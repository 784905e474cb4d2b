"""Signing in (登录): who is this, in which post, and on whose behalf.

Words   account (账号), second factor (动态口令), post held now (当前岗位), acting for (代办)
Life    signed in -> post chosen -> perhaps acting for someone -> signed out, or ended unused
Limits  unused for 30 minutes (officials) or 60 (citizens), 12 hours in all, in real time; officials
        reach nothing before their second factor is confirmed, except in the demo
Files   middleware: `request.actor`, and every route closed unless opened on purpose
        session: what a session keeps · forms, views: the pages · context: for every template
"""

EVENTS: dict[str, str] = {}
