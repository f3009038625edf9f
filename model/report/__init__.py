"""Pictures and words made of outcomes: chart builders (frame in, Vega-Lite out) and sentences. No interface code."""
