"""The engine's version: raised whenever a scenario's numbers change, so that a link can say which engine it saw."""

ENGINE_VERSION = "0.1"
