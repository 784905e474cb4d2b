"""The look (界面): layouts, parts, display modes, menus and the way a refusal is shown.

Words   mode (显示模式): standard 标准版 | elder 长辈版, size, high contrast 高对比, language
        light (灯): red 红灯 overdue, amber 黄灯 near, green 绿灯, paused 暂停, running, done
        rail (侧栏), strip (顶部条), provenance (来源)
Limits  strict CSP: no inline style, script or handler; every page works without JavaScript;
        style sheet within 16 kB and own script within 8 kB, packed; runs in Chromium 90
Other   place.py: which city this is; modes.py: how one wants to see; menus.py: what stands in the
        menus; layouts.py: which layout a path has; refusals.py: a refusal as page, part or JSON;
        middleware.py; context.py: what every page knows; access.py: to whom a page is open;
        lights.py, words.py, marks.py, fields.py: the functions behind the template tags;
        catalogues.py: .po to .mo; storage.py: static files
"""

EVENTS: dict[str, str] = {}
