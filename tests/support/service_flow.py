"""A small menu in which callers serve themselves, for tests of the floor."""

import tomllib
from dataclasses import replace

from engine.core.ivr.flow import parse_flow

SERVICE_FLOW = replace(
    parse_flow(
        tomllib.loads(
            """
            start = "recognise"
            operator = "general"
            max_nodes = 200

            [nodes.recognise]
            kind = "service"
            service = "recognise"
            outcomes = { found = "menu", several = "menu", unknown = "menu", failed = "menu" }

            [nodes.menu]
            kind = "menu"
            prompts = ["main_menu"]
            tries = 2
            exhausted = "general"
            [nodes.menu.keys]
            1 = "card"
            2 = "fault"
            3 = "sign_in"
            4 = "agent"
            5 = "outside"
            6 = "english"
            9 = "bye"

            [nodes.english]
            kind = "set"
            values = { language = "en" }
            next = "menu"

            # Pay by a recharge card
            [nodes.card]
            kind = "entry"
            prompts = ["enter_card"]
            store = "card"
            next = "secret"
            exhausted = "bye"

            [nodes.secret]
            kind = "entry"
            prompts = ["enter_secret"]
            store = "secret"
            secret = true
            next = "recharge"
            exhausted = "bye"

            [nodes.recharge]
            kind = "service"
            service = "recharge"
            with = { card = "{card}", secret = "{secret}" }
            [nodes.recharge.outcomes]
            done = "paid"
            wrong = "sorry"
            spent = "sorry"
            expired = "sorry"
            locked = "sorry"
            unidentified = "sign_in"
            failed = "sorry"

            [nodes.paid]
            kind = "play"
            prompts = ["recharged", "your_balance"]
            next = "menu"

            [nodes.sorry]
            kind = "play"
            prompts = ["service_failed"]
            next = "menu"

            # A fault, in the caller's words
            [nodes.fault]
            kind = "message"
            prompts = ["describe_fault"]
            store = "recording"
            next = "report"
            exhausted = "menu"

            [nodes.report]
            kind = "service"
            service = "report_fault"
            with = { line = "tv", fault = "no_signal", recording = "{recording}" }
            outcomes = { done = "bye", already = "bye", failed = "sorry" }

            [nodes.sign_in]
            kind = "service"
            service = "sign_in"
            with = { account = "8531000100010001", password = "123456" }
            outcomes = { found = "menu", wrong = "sorry", locked = "sorry", failed = "sorry" }

            [nodes.agent]
            kind = "transfer"
            agent = "8001"
            failed = "sorry"

            [nodes.outside]
            kind = "transfer"
            number = "13912345678"
            failed = "sorry"

            [nodes.general]
            kind = "queue"
            queue = "general"
            on_timeout = "agent"
            on_full = "bye"
            on_no_agents = "bye"
            on_closed = "bye"

            [nodes.bye]
            kind = "hangup"
            prompts = ["goodbye"]
            """
        )
    ),
    prompt_values={
        "main_menu": frozenset(),
        "recharged": frozenset({"amount"}),
        "your_balance": frozenset({"balance", "name"}),
    },
)
