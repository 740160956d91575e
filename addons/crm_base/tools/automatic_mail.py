"""Which e-mails a machine has sent: nobody has read or written anything."""

from email.message import Message

# what senders to many and answering machines say of themselves; "list" is no sign: a
# group address that hands the customers' mails on says so of all of them
PRECEDENCE = {"auto_reply", "bulk", "junk"}
# headers that only answering machines set, whatever their value
TELLING = ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autoresponder")
# how subjects of mail programs begin that say nothing in their headers
SUBJECTS = (
    "自动回复",
    "自动答复",
    "自動回覆",
    "自動回復",
    "automatic reply:",
    "auto reply:",
    "autoreply:",
    "out of office:",
)


def is_automatic(message: Message) -> bool:
    """Return whether a machine has sent this: an absence, a bounce, a mailing.

    By RFC 3834 (``Auto-Submitted``, an empty sender on the envelope), RFC 3464
    (reports) and by what programs do that follow neither.
    """
    if message.get("Auto-Submitted", "no").split(";")[0].strip().lower() != "no":
        return True
    if message.get("Precedence", "").strip().lower() in PRECEDENCE:
        return True
    if any(message.get(name) for name in TELLING):
        return True
    if message.get("Return-Path", "").strip() == "<>":
        return True
    if message.get_content_type() == "multipart/report":
        return True
    return message.get("Subject", "").strip().lower().startswith(SUBJECTS)
