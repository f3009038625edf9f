"""The small lines of the cards, as a browser reads them."""

import io
from base64 import b64decode

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from PIL import Image

from model.report import spark
from model.report.colours import palette

FLAT = pd.Series([100.0] * 37)
FALLING = pd.Series(np.linspace(100, 80, 37))


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Red, green, blue and opacity of each pixel."""
    picture = Image.open(io.BytesIO(png))
    picture.verify()
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def heights(png: bytes, colour: str) -> NDArray[np.float64]:
    """The middle of what is drawn in a colour, in each column of pixels; nan where nothing is."""
    seen = pixels(png)
    ink = np.where((seen[..., :3] == list(bytes.fromhex(colour[1:]))).all(axis=-1), seen[..., 3], 0).astype(float)
    with np.errstate(invalid="ignore"):
        middle: NDArray[np.float64] = (ink * np.arange(len(ink))[:, None]).sum(axis=0) / ink.sum(axis=0)
    return middle


@pytest.mark.parametrize("dark", [False, True])
def test_a_flat_line_is_drawn_flat_and_a_moving_one_fills_the_height(dark: bool) -> None:
    colours = palette(dark)
    still = heights(spark.spark(FLAT, FLAT, 12, dark, moved=False), colours["nothing"])
    assert np.nanmax(still) - np.nanmin(still) < 1e-9
    assert np.nanmean(still) == pytest.approx(spark.HEIGHT / 2 - 0.5, abs=1)
    moving = heights(spark.spark(FALLING, FLAT, 12, dark), colours["this"])
    assert np.nanmax(moving) - np.nanmin(moving) > spark.HEIGHT - 2 * spark.EDGE - 4


def test_the_line_passes_through_every_month_and_the_dot_stands_at_the_one_shown() -> None:
    bent = pd.Series(100 + 10 * np.sin(np.arange(37) / 6))
    drawn = spark.spark(bent, FLAT, 24)
    line = heights(drawn, palette(False)["this"])
    across = np.linspace(spark.EDGE, spark.WIDTH - spark.EDGE, 37)
    low, high = bent.min(), bent.max()
    want = spark.EDGE + (spark.HEIGHT - 2 * spark.EDGE) * (high - bent) / (high - low) - 0.5
    months = [month for month in range(1, 36) if abs(month - 24) > 1]
    np.testing.assert_allclose([line[round(across[m])] for m in months], want.to_numpy()[months], atol=1)
    ink = (pixels(drawn)[..., :3] == list(bytes.fromhex(palette(False)["this"][1:]))).all(axis=-1)
    ink &= pixels(drawn)[..., 3] > 128
    assert abs(int(np.argmax(ink.sum(axis=0))) - across[24]) < 8


def test_doing_nothing_is_dashed_and_stands_alone_where_nothing_is_moved() -> None:
    alone = heights(spark.spark(FALLING, FALLING, 12, moved=False), palette(False)["nothing"])
    assert 0.3 < np.isnan(alone).mean() < 0.6
    assert np.isnan(heights(spark.spark(FALLING, FALLING, 12, moved=False), palette(False)["this"])).all()


@pytest.mark.parametrize("value", [0.0, 1e-300, 1e12, -5.0])
def test_any_height_of_figures_can_be_drawn(value: float) -> None:
    seen = pixels(spark.spark(pd.Series([value] * 37), pd.Series([value] * 37), 36))
    assert seen.shape == (spark.HEIGHT, spark.WIDTH, 4)
    assert seen[..., 3].any()


def test_the_address_holds_the_picture() -> None:
    kind, _, content = spark.address(FALLING, FLAT, 12).partition(",")
    assert kind == "data:image/png;base64"
    assert b64decode(content) == spark.spark(FALLING, FLAT, 12)
