"""URL converters for domain objects: `<action:action>` is one of ACTIONS, `<batch_act:act>` of BATCH_ACTS, by name."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import AnyConverter, Map

from portal.domain.actions import ACTIONS, Action
from portal.domain.batches import BATCH_ACTS, BatchAct


class ActionConverter(AnyConverter):
    def __init__(self, map: Map) -> None:
        super().__init__(map, *ACTIONS)

    def to_python(self, value: str) -> Action:
        return ACTIONS[value]

    def to_url(self, value: Action) -> str:
        return super().to_url(value.name)


class BatchActConverter(AnyConverter):
    def __init__(self, map: Map) -> None:
        super().__init__(map, *BATCH_ACTS)

    def to_python(self, value: str) -> BatchAct:
        return BATCH_ACTS[value]

    def to_url(self, value: BatchAct) -> str:
        return super().to_url(value.name)


def init_app(app: Flask) -> None:
    app.url_map.converters |= {"action": ActionConverter, "batch_act": BatchActConverter}
