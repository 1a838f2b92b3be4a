"""What a Telegram message is: a command, something said to us, a picture, or people among themselves.

Reads messages and answers nothing.
"""

import re

from telegram import Bot, Message, MessageEntity

COMMANDS = frozenset({"start", "help", "reports", "new", "source", "lang", "about", "ask"})
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?=\s|$)")


def command_of(message: Message, username: str) -> tuple[str, str]:
    """Command and argument of a message that begins with one; empty strings where it does not, or is for another bot."""
    match = _COMMAND.match(message.text or "")
    if match is None or (match[2] and match[2].lower() != username.lower()):
        return "", ""
    return match[1].lower(), (message.text or "")[match.end() :].strip()


def is_ours(message: Message, username: str) -> bool:
    """Whether a group's command is one of ours or names us; a bare unknown one is for another bot."""
    command, _ = command_of(message, username)
    return command in COMMANDS


def addressed(message: Message, bot: Bot) -> str | None:
    """What a group message says to us, our name taken out; None where it is not for us."""
    text = (message.text if message.text is not None else message.caption) or ""
    name = re.compile(rf"(?<!\w)@{re.escape(bot.username)}(?!\w)", re.IGNORECASE)
    if name.search(text):
        return name.sub(" ", text, count=1)
    for entity in (*message.entities, *message.caption_entities):
        if entity.type == MessageEntity.TEXT_MENTION and entity.user and entity.user.id == bot.id:
            return text
    to = message.reply_to_message
    if to and to.from_user and to.from_user.id == bot.id:
        return text
    return None


def thread_of(message: Message) -> int | None:
    """The topic of a forum that a message stands in."""
    return message.message_thread_id if message.is_topic_message else None


def kind_of(message: Message) -> str:
    """What a message without text is."""
    for kind, there in (
        ("photo", message.photo),
        ("voice", message.voice or message.audio),
        ("video", message.video or message.video_note or message.animation),
        ("sticker", message.sticker),
        ("document", message.document),
        ("location", message.location or message.venue),
        ("contact", message.contact),
        ("service", _is_service(message)),
    ):
        if there:
            return kind
    return "other"


def _is_service(message: Message) -> bool:
    """Whether Telegram wrote it: members came, a title changed, something was pinned."""
    return bool(
        message.new_chat_members
        or message.left_chat_member
        or message.new_chat_title
        or message.new_chat_photo
        or message.delete_chat_photo
        or message.group_chat_created
        or message.supergroup_chat_created
        or message.channel_chat_created
        or message.migrate_from_chat_id
        or message.pinned_message
        or message.message_auto_delete_timer_changed
    )
