"""The floor: all agents, queues and calls now, and every decision about them.

Read in this order: `entities` (what there is), `state` (who holds it, and how effects are collected),
`floor` (which fact goes where), then the rooms: `journey` (arrival, menu, queue), `presentation` (call
meets agent), `talk` (from answer to end), `desk` (what agents ask for), `restore`, `tally` (figures),
`look` (views).
"""

from engine.core.floor.floor import Floor

__all__ = ["Floor"]
