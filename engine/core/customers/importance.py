"""Importance and the older word `vip` in step: whichever of the two was changed counts."""

from dataclasses import replace

from engine.core.records import Customer

VIP = "vip"


def settled(before: Customer, after: Customer) -> Customer:
    """`after` with both words saying the same. An enterprise may be served before others, or not."""
    importance, vip = after.importance, after.vip
    if importance == before.importance and vip != before.vip and importance in ("", VIP):
        importance = VIP if vip else ""
    vip = vip if importance not in ("", VIP) else importance == VIP
    if (importance, vip) == (after.importance, after.vip):
        return after
    return replace(after, importance=importance, vip=vip)
