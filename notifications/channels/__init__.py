"""How a message leaves the house: one module for each channel, told apart here."""

from notifications.channels import email, push, sms
from notifications.channels.base import Send
from notifications.kinds import Channel

SENDERS: dict[Channel, Send] = {Channel.EMAIL: email.send, Channel.SMS: sms.send, Channel.PUSH: push.send}
CONFIGURED = {Channel.EMAIL: email.configured, Channel.SMS: sms.configured, Channel.PUSH: push.configured}


def configured(channel: Channel) -> bool:
    """Whether this installation can send over the channel."""
    return CONFIGURED[channel]() if channel in CONFIGURED else False


def sender(channel: Channel) -> Send:
    return SENDERS[channel]
