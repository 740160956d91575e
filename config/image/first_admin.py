"""Run in Odoo's shell on a new database: the administrator's password and language."""

import os
from pathlib import Path

secret = Path(os.environ["CRM_ADMIN_PASSWORD_FILE"])
password = secret.read_text(encoding="utf-8").strip()
if len(password) < 12:
    raise SystemExit("setup: the administrator's password has less than 12 characters")
lang = os.environ.get("CRM_LANGUAGE", "zh_CN")
zone = {"zh_TW": "Asia/Taipei", "en_US": "UTC"}.get(lang, "Asia/Shanghai")

env = globals()["env"]
admin = env.ref("base.user_admin")
admin.password = password
env["ir.default"].set("res.partner", "lang", lang)
env["ir.default"].set("res.partner", "tz", zone)
(admin.partner_id | env.company.partner_id).write({"lang": lang, "tz": zone})
env.cr.commit()
# the mark by which the script around this one knows that all of it was done
print("administrator: ready")
