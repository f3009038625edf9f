"""Scenarios as they are taken into meetings, and ways to read what was made of them."""

import dataclasses
import functools
import shutil
import subprocess
from pathlib import Path

import pytest

import model
from model.report import story
from model.report.story import Stamp, Story

LINK = "http://127.0.0.1:8501/explore?scenario=Qk3v9xTzLmN2pR4s"
STAMP = Stamp(LINK, "22 Nov 2026")
HOSTILE = '=HYPERLINK("http://x.example","a") <b>&amp;</b> \u202egnihton\u202c\x07 {{x}} שלום Żółć 日本語 [a](b) '


def scenario(**fields: object) -> model.Scenario:
    """Three levers moved at the sample retailer, staffing following."""
    levers = {"self_service_spend": 400_000.0, "fcr_programme": 0.5, "agent_assist_spend": 200_000.0}
    content = {"name": "More self-service", "baseline": model.sample("retail"), "levers": levers,
               "staffing_rule": "follow_work"} | fields  # fmt: skip
    return model.Scenario.model_validate(content)


@functools.cache
def told() -> Story:
    """All that is told of it, with another scenario beside it."""
    return story.tell(scenario(), [scenario(name="Twelve fewer on the phone", levers={"staffing.phone": 68.0})], STAMP)


@functools.cache
def unmoved() -> Story:
    """A company as it is."""
    return story.tell(model.Scenario(name="Sample retailer", baseline=model.sample("retail")), stamp=STAMP)


@functools.cache
def hostile() -> Story:
    """The same with every text of a user's as bad as a scenario lets it be; other texts of 10,000 characters."""
    base = model.sample("retail")
    labels = [(f"=1+1 @{i} \u202e" + "W" * 60)[:60] for i in range(len(base.channels))]
    channels = [c.model_copy(update={"label": label}) for c, label in zip(base.channels, labels, strict=True)]
    named = base.model_copy(update={"channels": channels, "name": HOSTILE[:80]})
    found = scenario(baseline=named, name=(HOSTILE * 9)[:120])
    made = dataclasses.replace(told(), scenario=found, stamp=Stamp(LINK + "&x=" + "y" * 1_500, "22 Nov 2026"))
    long = found.model_copy(update={})
    object.__setattr__(long, "name", HOSTILE * 120)  # longer than any scenario may be: the last line of defence
    return dataclasses.replace(made, scenario=long)


def rendered(data: bytes, name: str, folder: Path) -> list[Path]:
    """A file's pages as pictures, by LibreOffice; skipped where the machine has none."""
    for program in ("soffice", "pdftoppm"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}: install libreoffice-impress, libreoffice-calc and poppler-utils")
    source = folder / name
    source.write_bytes(data)
    pdf = source.with_suffix(".pdf")
    if source != pdf:
        own = f"-env:UserInstallation=file://{folder}/office"
        subprocess.run(["soffice", own, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(source)],
                       check=True, capture_output=True, timeout=300)  # fmt: skip
    subprocess.run(["pdftoppm", "-r", "40", "-png", str(pdf), str(folder / "page")], check=True, timeout=120)
    return sorted(folder.glob("page*.png"))
